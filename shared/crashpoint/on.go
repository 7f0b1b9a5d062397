//go:build crashpoint

package crashpoint

import (
	"os"
	"path/filepath"
	"syscall"
)

// Here kills the process, as kill -9 does, if the directory CRASHPOINT_DIR has a file named after the point.
// It removes the file first, so that only one of several processes dies, once.
func Here(p Point) {
	dir := os.Getenv("CRASHPOINT_DIR")
	if dir == "" || os.Remove(filepath.Join(dir, string(p))) != nil {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // execute nothing more
}
