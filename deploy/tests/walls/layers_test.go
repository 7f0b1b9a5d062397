package walls_test

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// layers lists the folders below a root from the bottom up. A package imports only from its own folder and
// from those before it. A folder stands for every package below it, and "." for the root itself. Tests, and
// packages that serve tests, may import what they like.
func layers() map[string][]string {
	return map[string][]string{
		"deploy":                       {"stack", "fakes", "ops", "tests", "bench"},
		"deploy/stack":                 {"local", ".", "apiclient", "cmd"},
		"deploy/fakes":                 {"stripe", "carriers", "cmd"},
		"deploy/fakes/stripe/internal": {"processor", "api"},
		"deploy/tests":                 {"load", "browser", "invariants", "hostile", "faults", "system", "walls", "cmd"},
		"deploy/bench":                 {".", "gate", "ledger", "dispatch"},
		"services/auth/internal":       {"mail", "codes", "keys", "accounts", "check", "app"},
		"services/billing/internal":    {"stripe", "settlement", "purchase", "reversal", "reconcile", "topup", "webhook", "app"},
		"services/fax-dispatch/internal": {
			"fax", "settings", "render", "carrier", "query", "erasure", "intake", "dispatch", "app",
		},
		"services/gateway/internal": {
			"edge", "web", "admission", "media", "statement", "docs", "httpapi", "dashboard", "app",
		},
		"services/wallet/internal": {"pools", "holds", "app"},
	}
}

func TestNoPackageImportsOneThatStandsAboveIt(t *testing.T) {
	files := goFiles(t)
	for root, order := range layers() {
		for _, file := range files {
			from, inside := layerOf(root, path.Dir(file.path), order)
			if !inside || file.servesTests() {
				continue
			}
			if from < 0 {
				t.Errorf("%s lies in no layer of %s", file.path, root)
				continue
			}
			for _, imported := range file.imported {
				to, inside := layerOf(root, strings.TrimPrefix(imported, module), order)
				if inside && to > from {
					t.Errorf("%s imports %s, which stands above it", file.path, imported)
				}
			}
		}
	}
}

// layerOf returns the position of a folder in the order of a root, -1 for none, and whether the folder is
// in the root at all.
func layerOf(root, folder string, order []string) (position int, inside bool) {
	if folder == root {
		return slices.Index(order, "."), true
	}
	below, inside := strings.CutPrefix(folder, root+"/")
	first, _, _ := strings.Cut(below, "/")
	return slices.Index(order, first), inside
}
