// Package request is what happens to every request to Stripe's API, whatever it asks for: parameters in
// Stripe's form encoding, idempotency keys, expansion of answers, injected faults, and a log.
package request
