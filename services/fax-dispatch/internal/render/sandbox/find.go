package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// FindWorker returns the path of a program of this module whose runs are workers.
func FindWorker(program string) (string, error) {
	path := FindProgram(program)
	if path == "" {
		return "", errors.New("there is no " + program + " next to this program or on the PATH: build services/fax-dispatch/cmd/" + program)
	}
	return path, nil
}

// FindProgram looks for a program next to this one and on the PATH. It returns the empty string if there is none.
func FindProgram(program string) string {
	if self, err := os.Executable(); err == nil {
		if found, err := exec.LookPath(filepath.Join(filepath.Dir(self), program)); err == nil {
			return found
		}
	}
	found, err := exec.LookPath(program)
	if err != nil {
		return ""
	}
	return found
}
