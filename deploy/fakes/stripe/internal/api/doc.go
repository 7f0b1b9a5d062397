// Package api answers Stripe's API under /v1: authentication, routing, parameters in Stripe's form encoding, idempotency
// keys, expansion of answers, injected faults, a log of requests, and a file for each resource.
package api
