package main

import (
	"path/filepath"

	"github.com/mintfax/mintfax/deploy/bench"
)

// Write writes the results into dir, as gate.json and, drawn, as gate.svg.
func (r Results) Write(dir string) error {
	r.Ratios = ratios(medians(r.Closed))
	if err := bench.WriteJSON(dir, "gate.json", r); err != nil {
		return err
	}
	return r.draw(filepath.Join(dir, "gate.svg"))
}
