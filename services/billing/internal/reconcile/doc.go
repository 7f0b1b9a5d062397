// Package reconcile compares billing's records with Stripe and with the ledger, in both directions. It changes nothing.
package reconcile
