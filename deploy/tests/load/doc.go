// Package load offers work at a fixed rate, however long each piece takes. A loop that waits for an
// answer before it asks again offers less just when a system is slow, and hides that it was.
package load
