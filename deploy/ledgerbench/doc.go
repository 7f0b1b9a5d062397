// Package ledgerbench measures what a hold and its capture cost: the ledger's operations next to the same
// work typed naively, on one Postgres in one run.
package ledgerbench
