//go:build !long

package carriers_test

// How many faxes a campaign sends, by whom, and how often dispatchers die at each point.
const (
	pairTelnyx, pairSinch     = 160, 40
	singleTelnyx, singleSinch = 40, 10
	rounds                    = 1
)
