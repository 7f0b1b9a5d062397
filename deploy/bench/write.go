package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Write writes the results into dir, as gate.json and, drawn, as gate.svg.
func (r Results) Write(dir string) error {
	r.Ratios = ratios(medians(r.Closed))
	if err := WriteJSON(dir, "gate.json", r); err != nil {
		return err
	}
	return r.draw(filepath.Join(dir, "gate.svg"))
}

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
