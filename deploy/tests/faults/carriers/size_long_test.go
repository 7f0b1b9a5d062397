//go:build long

package carriers_test

// How many faxes a campaign sends, by whom, and how often dispatchers die at each point.
const (
	pairTelnyx, pairSinch     = 2000, 200
	singleTelnyx, singleSinch = 2000, 100
	rounds                    = 5
)
