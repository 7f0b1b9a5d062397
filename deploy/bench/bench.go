// Package bench is what the benchmarks share.
package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// WriteJSON writes a file into dir, which it makes if need be.
func WriteJSON(dir, name string, results any) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	encoded, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), append(encoded, '\n'), 0o644)
}
