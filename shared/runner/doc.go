// Package runner is the frame of every service: it starts the parts, serves health, readiness and
// metrics on the internal address, and stops everything in order.
package runner
