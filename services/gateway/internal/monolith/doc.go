// Package monolith judges keys inside the gateway's own process, with auth's statement and no broker. Only
// the benchmark is built with it, to show what the question over the broker costs.
package monolith
