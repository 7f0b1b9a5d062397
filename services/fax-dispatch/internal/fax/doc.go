// Package fax is the lifecycle of a fax: its state machine, how an attempt can end, and which failures are retried and
// when. Stores apply a step by an UPDATE that is conditional on its From.
package fax
