// Package processor moves money between cards or bank accounts and the Stripe account: it holds all
// objects (State), knows Stripe's test cards, and makes charges, refunds and disputes with their events.
// Callers of a Processor hold the lock of its State.
package processor
