// Package faults holds that mintfax keeps its promises while its processes are killed and its servers
// break, under traffic.
package faults
