// Package httpapi is the public API: its route table, the order in which a request is judged, and the
// handlers, one file a resource.
package httpapi
