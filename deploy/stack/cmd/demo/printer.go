package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mintfax/mintfax/deploy/stack/apiclient"
)

// printer prints the story. While quiet it keeps the last exchange only.
type printer struct {
	out       io.Writer
	number    int
	quietMode bool
	pending   *apiclient.Exchange
}

// newPrinter returns a printer that writes to out.
func newPrinter(out io.Writer) *printer { return &printer{out: out} }

func (n *printer) heading(title string) {
	n.number++
	fmt.Fprintf(n.out, "\n%d. %s\n%s\n", n.number, title, strings.Repeat("-", len(title)+3))
}

func (n *printer) exchange(e apiclient.Exchange) {
	if n.quietMode {
		n.pending = &e
		return
	}
	n.show(e)
}

func (n *printer) quiet(on bool) { n.quietMode = on }

func (n *printer) showLast() {
	if n.pending != nil {
		n.show(*n.pending)
	}
	n.pending = nil
}

func (n *printer) show(e apiclient.Exchange) {
	fmt.Fprintf(n.out, "\n  > %s %s%s\n", e.Method, e.Path, withKey(e.Key))
	if e.Sent != "" {
		fmt.Fprintf(n.out, "    %s\n", shorten(e.Sent))
	}
	fmt.Fprintf(n.out, "  < %d\n%s", e.Answer.Status, indent(e.Answer.Body))
}

func (n *printer) browser(does string, status int, location string) {
	fmt.Fprintf(n.out, "\n  > a person %s\n  < %d", does, status)
	if location != "" {
		fmt.Fprintf(n.out, " and goes to %s", location)
	}
	fmt.Fprintln(n.out)
}

func (n *printer) ledgerRow(pool, kind, amount string, available, held int64) {
	fmt.Fprintf(n.out, "    %-8s %-9s %7s   available %6d   held %4d\n", pool, kind, amount, available, held)
}

func withKey(key string) string {
	if key == "" {
		return ""
	}
	return "   with " + shorten(key)
}

var secret = regexp.MustCompile(`(mfx_(?:test|live|acct)_)[0-9A-Za-z]{30,}([0-9A-Za-z]{4})`)

// shorten hides the middle of keys: what a terminal shows ends up in screenshots.
func shorten(text string) string { return secret.ReplaceAllString(text, "$1…$2") }

func indent(body []byte) string {
	var pretty bytes.Buffer
	if len(body) == 0 || json.Indent(&pretty, body, "    ", "  ") != nil {
		return ""
	}
	return "    " + shorten(strings.TrimSpace(pretty.String())) + "\n"
}
