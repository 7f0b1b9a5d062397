// Package events records events and delivers them to the webhook endpoint, signed and retried as Stripe
// does; tests can hold, drop, reorder and forge them.
package events
