// Package billingtest gives billing's tests a Stripe of their own, with scripted answers, and a
// database with accounts in it.
package billingtest
