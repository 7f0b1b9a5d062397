// Package life is the state machine of a fax: which steps there are, and which of them follows an
// attempt. Stores apply a step by an UPDATE that is conditional on its From.
package life
