// Package checkout moves Checkout Sessions from open to complete or expired, with the intents, charges,
// saved cards and events that Stripe makes on the way, and serves the hosted pages. Callers of Sessions
// hold the lock of the State; the pages take it.
package checkout
