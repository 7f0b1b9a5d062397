// Package request is what all requests to Stripe's API have in common: parameters in
// Stripe's form encoding, idempotency keys, expansion of answers, injected faults, and a log.
package request
