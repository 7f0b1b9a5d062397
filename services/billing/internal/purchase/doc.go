// Package purchase is what a customer buys and how: the catalogue of credit packages, the Checkout pages at
// Stripe, and the saved card.
package purchase
