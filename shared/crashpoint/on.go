//go:build crashpoint

package crashpoint

import (
	"os"
	"path/filepath"
	"syscall"
)

// Here ends the process, as kill -9 would, when the directory that CRASHPOINT_DIR names has a file
// called as the point. Removing the file comes first, so of several processes one dies, once.
func Here(p Point) {
	dir := os.Getenv("CRASHPOINT_DIR")
	if dir == "" || os.Remove(filepath.Join(dir, string(p))) != nil {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // not one statement more
}
