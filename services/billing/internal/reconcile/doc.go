// Package reconcile compares what billing has recorded with what Stripe has, and with the ledger.
package reconcile
