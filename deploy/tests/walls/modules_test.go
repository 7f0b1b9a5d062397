package walls_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mintfax/mintfax/deploy/stack"
)

func checkout(t *testing.T) string {
	t.Helper()
	root, err := stack.FindRoot()
	require.NoError(t, err)
	return root
}

func serviceDirs(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(checkout(t), "services", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	return dirs
}

// dependencies returns every package that is linked into the service, built by itself.
func dependencies(t *testing.T, dir string) []string {
	t.Helper()
	listed := goCommand(t, dir, "list", "-deps", "-json=ImportPath", ".")
	var paths []string
	for {
		var listedPackage struct{ ImportPath string }
		err := listed.Decode(&listedPackage)
		if errors.Is(err, io.EOF) {
			return paths
		}
		require.NoError(t, err)
		paths = append(paths, listedPackage.ImportPath)
	}
}

// replacements returns the replaced modules of a go.mod and what stands in for them.
func replacements(t *testing.T, dir string) map[string]string {
	t.Helper()
	var mod struct {
		Replace []struct{ Old, New struct{ Path string } }
	}
	require.NoError(t, goCommand(t, dir, "mod", "edit", "-json").Decode(&mod))
	replaced := map[string]string{}
	for _, r := range mod.Replace {
		replaced[r.Old.Path] = r.New.Path
	}
	return replaced
}

func goCommand(t *testing.T, dir string, args ...string) *json.Decoder {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go %v in %s", args, dir)
	return json.NewDecoder(bytes.NewReader(out))
}
