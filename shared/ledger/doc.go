// Package ledger is the Go API of the database operations on pools. Each runs in the caller's transaction, takes
// one round trip, and is idempotent: it takes effect once for its reference.
package ledger
