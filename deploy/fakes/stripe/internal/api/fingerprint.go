package api

import (
	"sort"
	"strconv"
	"strings"
)

// Fingerprint is the same for the same parameters in any order.
func (r *Params) Fingerprint() string {
	var lines []string
	r.node.flatten("", &lines)
	sort.Strings(lines)
	return strings.Join(lines, "\x00")
}

func (n *node) flatten(path string, lines *[]string) {
	if n.text != nil {
		*lines = append(*lines, strconv.Quote(path)+"="+strconv.Quote(*n.text))
	}
	for name, child := range n.fields {
		child.flatten(path+"["+name+"]", lines)
	}
}
