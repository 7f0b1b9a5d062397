// Package crashpoint names the moments at which it is interesting for a process to die. Tests kill it
// there; without the build tag crashpoint the package does nothing.
package crashpoint
