package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// Renderer is the program whose runs are the confined processes: cmd/renderer.
const Renderer = "renderer"

// FindRenderer returns the path of Renderer.
func FindRenderer() (string, error) {
	path := FindProgram(Renderer)
	if path == "" {
		return "", errors.New("there is no program " + Renderer + " next to this one or on the PATH: build services/fax-dispatch/cmd/renderer")
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
