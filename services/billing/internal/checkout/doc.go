// Package checkout opens pages at Stripe: to pay for a package, or to save a card.
package checkout
