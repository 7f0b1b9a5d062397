// Package faxes reads faxes for those who sent them.
package query
