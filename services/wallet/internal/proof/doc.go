// Package proof compares what the pools say with what the ledger's entries prove.
package proof
