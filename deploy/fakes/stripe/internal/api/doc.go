// Package api answers Stripe's API under /v1: who asks, with what parameters, whether it was asked
// before; and one file per resource.
package api
