// Package reversal follows money that goes back to its payer, by refunds and disputes, into the ledger.
package reversal
