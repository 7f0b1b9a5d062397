// Package admission decides whether a request may reach its handler. It parses the key, counts the request against
// the rate limits in Redis, asks auth about the key over the broker, and refuses a live key until its account is
// activated (activation.go). Every bound on what waits or runs at once is in bounds.go.
package admission
