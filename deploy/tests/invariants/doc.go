// Package invariants says what must always be true of the data of a running mintfax, once it is quiet.
package invariants
