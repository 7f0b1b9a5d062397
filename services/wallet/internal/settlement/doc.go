// Package settlement turns the end of a fax into the end of its hold.
package settlement
