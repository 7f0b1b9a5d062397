// Package outcome is the vocabulary of how an attempt can end, the same for every carrier.
package outcome
