//go:build long

package carriers_test

const faxes = 2000
