// Package reversal brings refunds and disputes, by which money goes back to the payer, into the ledger.
package reversal
