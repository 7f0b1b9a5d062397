package walls_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestArchitectureNamesEveryFolder(t *testing.T) {
	root := checkout(t)
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	require.NoError(t, err)
	for _, pattern := range []string{"services/*/internal/*", "shared/*", "deploy/*"} {
		folders, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, folders)
		for _, folder := range folders {
			if info, err := os.Stat(folder); err != nil || !info.IsDir() {
				continue
			}
			name := filepath.Base(folder)
			if !strings.Contains(string(text), "`"+name+"`") && !strings.Contains(string(text), "/"+name) &&
				!strings.Contains(string(text), "{"+name+",") && !strings.Contains(string(text), ","+name) {
				t.Errorf("ARCHITECTURE.md does not name %s", strings.TrimPrefix(folder, root+"/"))
			}
		}
	}
}
