package walls_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tests build in the workspace, where the highest version that any module requires wins. Images build each module by
// itself.
func TestEveryModuleIsBuiltWithTheVersionsThatAreTested(t *testing.T) {
	modules, err := filepath.Glob(filepath.Join(checkout(t), "*", "*", "go.mod"))
	require.NoError(t, err)
	require.NotEmpty(t, modules)
	for _, file := range append(modules, filepath.Join(checkout(t), "shared", "go.mod")) {
		dir := filepath.Dir(file)
		require.Equal(t, versions(t, dir, "GOWORK="), versions(t, dir, "GOWORK=off"),
			"%s: raise its versions with `GOWORK=off go get`, then `make tidy`", dir)
	}
}

// versions lists the modules that the packages below dir are built with.
func versions(t *testing.T, dir, workspace string) map[string]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), workspace)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	found := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, version, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && !isUnder(path, strings.TrimSuffix(module, "/")) {
			found[path] = version
		}
	}
	require.NotEmpty(t, found)
	return found
}
