//go:build !long

package dispatch_test

// faxesToOneNumber is how many wait for the same number.
const faxesToOneNumber = 40
