// Package requests remembers what was asked of the API, and when.
package requests
