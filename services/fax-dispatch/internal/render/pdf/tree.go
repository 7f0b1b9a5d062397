package pdf

import (
	"bytes"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// hasOtherPages reports whether the page tree of a file has another number of pages than poppler draws, which trusts the
// count that the root declares. It reports false for a tree that it cannot read.
func hasOtherPages(content []byte, drawn int) (differs bool) {
	defer func() {
		if recover() != nil { // the library parses hostile input, for a second opinion only
			differs = false
		}
	}()
	model.ConfigPath = "disable" // api.DisableConfigDir, without linking api, whose dependencies take tens of ms to initialize
	config := model.NewDefaultConfiguration()
	config.Offline = true
	ctx, err := pdfcpu.Read(bytes.NewReader(content), config)
	if err != nil {
		return false
	}
	root, err := ctx.Pages()
	if err != nil || root == nil {
		return false
	}
	w := walk{ctx: ctx, left: maxNodes, seen: map[int]bool{}}
	return w.count(*root) && w.leaves != drawn
}

const maxNodes = 10_000

type walk struct {
	ctx    *model.Context
	seen   map[int]bool // nodes by their object numbers
	left   int          // nodes to visit, at most
	leaves int
}

// count counts the pages below a node, and reports whether it succeeded.
func (w *walk) count(node types.Object) bool {
	if w.left--; w.left < 0 {
		return false
	}
	if ref, ok := node.(types.IndirectRef); ok {
		if w.seen[ref.ObjectNumber.Value()] {
			return true // a cycle adds no pages
		}
		w.seen[ref.ObjectNumber.Value()] = true
	}
	dict, err := w.ctx.DereferenceDict(node)
	if err != nil {
		return false
	}
	kids, isNode := dict.Find("Kids")
	if !isNode {
		if dict != nil {
			w.leaves++
		}
		return true
	}
	list, err := w.ctx.DereferenceArray(kids)
	if err != nil {
		return false
	}
	for _, kid := range list {
		if !w.count(kid) {
			return false
		}
	}
	return true
}
