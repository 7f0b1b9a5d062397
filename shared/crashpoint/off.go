//go:build !crashpoint

package crashpoint

// Here does nothing without the build tag crashpoint.
func Here(Point) {}
