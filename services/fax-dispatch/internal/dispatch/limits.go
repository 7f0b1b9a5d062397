package dispatch

import "time"

const (
	// lineTaken is the wait for another fax to the same number, notTaken the one for carriers that take no call.
	lineTaken = 30 * time.Second
	notTaken  = 5 * time.Second
	// unplacedLimit is how long carriers are asked to take a call that none of them takes.
	unplacedLimit = 15 * time.Minute
	// runningLimit is longer than any call: 350 pages of a minute each.
	runningLimit = 6 * time.Hour
)

// askAgain is the wait before a carrier is asked again about a call that has been running for so long. Carriers
// tell of the end by themselves; to ask is for what was lost.
func askAgain(running time.Duration) time.Duration {
	return min(max(time.Second, running/4), time.Minute)
}
