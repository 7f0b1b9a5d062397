// Package httpapi is the public JSON API: its route table, idempotent requests, and the handlers, one file for each
// resource. Admission decides before them whether a request is allowed.
package httpapi
