// Package invariants checks in SQL, on the broker and with the fakes what must always be true of a running
// instance's data once no work is pending.
package invariants
