// Package settlement does what a finished Checkout is due. It holds the one transaction that records a
// payment, credits the pool and activates the account.
package settlement
