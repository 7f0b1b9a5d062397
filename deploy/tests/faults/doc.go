// Package faults tests that mintfax keeps its promises under traffic while its processes are killed and its
// servers become unreachable.
package faults
