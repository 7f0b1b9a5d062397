// Package settlement settles every payment: it reads a Checkout Session or a charge from Stripe, compares it with
// the row written before Stripe was asked, and applies what follows exactly once. activation.go holds the one
// transaction that records a payment, credits the live pool and activates the account.
package settlement
