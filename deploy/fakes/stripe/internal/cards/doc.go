// Package cards knows Stripe's test cards and what becomes of them.
package cards
