// Package billingtest runs billing on a real database against a scripted fake of Stripe, for tests.
package billingtest
