// Package runner runs a service: it starts the parts, serves health, readiness and metrics on the internal
// address, and stops everything in order.
package runner
