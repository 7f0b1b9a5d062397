// Package idempotency lets a request with a known Idempotency-Key happen once.
package idempotency
