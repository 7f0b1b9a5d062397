// Package simulated has the carriers that dial no line: sandbox, which plays a scenario by number, and loopback, a live
// carrier for demonstrations and tests. Both record their calls in the database.
package simulated
