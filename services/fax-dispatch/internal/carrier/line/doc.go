// Package line stands in for a telephone line: calls take their time and are written down, and no
// page leaves the house.
package line
