// Package till moves money between cards and the account: charges, refunds, disputes, and all that
// Stripe makes and tells on the way. Whoever calls it holds the lock of the State.
package till
