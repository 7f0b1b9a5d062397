// Package idempotency keeps the responses to POST requests with an Idempotency-Key in Redis, so that a repeated request
// gets the response to the first.
package idempotency
