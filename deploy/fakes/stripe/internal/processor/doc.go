// Package processor is what Stripe does behind its API: it holds all objects (State), knows Stripe's test cards, moves
// money with charges, refunds and disputes, leads Checkout Sessions through their hosted pages, and records events and
// delivers them to the webhook endpoint, signed and retried; tests can hold, drop, reorder and forge them. Callers of
// Processor and Sessions hold the lock of the State; the pages take it.
package processor
