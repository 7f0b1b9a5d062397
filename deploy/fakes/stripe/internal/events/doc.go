// Package events records what has happened and tells the webhook endpoint, signed and again and again
// until it takes it, as Stripe does; tests can disturb that.
package events
