// Package ledger is the one Go face of the operations on pools. Each runs inside the caller's own
// transaction, is one round trip, and happens once for its reference however often it is asked.
package ledger
