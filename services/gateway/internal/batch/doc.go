// Package batch lets requests that wait at the same time share one round trip, without timers.
package batch
