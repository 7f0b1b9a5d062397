// Package version knows which mintfax this program is.
package version
