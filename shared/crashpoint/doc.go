// Package crashpoint names the points at which a crash could lose work. Tests kill the process there; without
// the build tag crashpoint the package does nothing.
package crashpoint
