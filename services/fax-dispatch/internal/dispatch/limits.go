package dispatch

import "time"

const (
	// runningLimit is longer than any call: 350 pages of a minute each.
	runningLimit = 6 * time.Hour
)

// askAgain is the wait before a carrier is asked again about a call that has been running for so long. Carriers
// tell of the end by themselves; to ask is for what was lost.
func askAgain(running time.Duration) time.Duration {
	return min(max(time.Second, running/4), time.Minute)
}
