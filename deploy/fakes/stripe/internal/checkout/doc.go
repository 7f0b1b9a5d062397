// Package checkout moves Checkout Sessions from open to complete or expired, with everything that
// Stripe makes on the way: intents, charges, saved cards, events. Whoever calls it holds the lock of
// the State.
package checkout
