package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Write writes the results into dir, as gate.json and, drawn, as gate.svg.
func (r Results) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r.Ratios = ratios(medians(r.Closed))
	encoded, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "gate.json"), append(encoded, '\n'), 0o644); err != nil {
		return err
	}
	return r.draw(filepath.Join(dir, "gate.svg"))
}
