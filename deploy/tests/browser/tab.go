package browser

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

const patience = 15 * time.Second

// Tab is one tab with cookies of its own. What goes wrong in it fails the test, and so does a page whose
// Content-Security-Policy is missing or has an `unsafe-` source.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string
	hosts    map[string]bool
}

// Problems are the errors on the console until now.
func (tab *Tab) Problems() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return append([]string{}, tab.problems...)
}

// Hosts are those that the tab has sent requests to.
func (tab *Tab) Hosts() map[string]bool {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	hosts := map[string]bool{}
	for host := range tab.hosts {
		hosts[host] = true
	}
	return hosts
}

func (tab *Tab) note(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			tab.problems = append(tab.problems, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		tab.problems = append(tab.problems, e.ExceptionDetails.Error())
	case *network.EventResponseReceived:
		if policy := header(e.Response.Headers, "Content-Security-Policy"); e.Type == network.ResourceTypeDocument &&
			(policy == "" || strings.Contains(policy, "unsafe")) {
			tab.problems = append(tab.problems, fmt.Sprintf("%s has the Content-Security-Policy %q", e.Response.URL, policy))
		}
	case *network.EventRequestWillBeSent:
		if address, err := url.Parse(e.Request.URL); err == nil && address.Host != "" {
			tab.hosts[address.Host] = true
		}
	}
}

// Open goes to an address.
func (tab *Tab) Open(address string) {
	tab.t.Helper()
	tab.run(chromedp.Navigate(address))
}

// Back goes back. A page that Chromium has kept comes again without being loaded, so nothing is waited for.
func (tab *Tab) Back() {
	tab.t.Helper()
	tab.run(chromedp.Evaluate(`history.back()`, nil))
}

// Click clicks on a button, a link, a summary or a choice with these words, once it is there.
func (tab *Tab) Click(words string) {
	tab.t.Helper()
	tab.run(chromedp.Click(clickable(words), chromedp.BySearch, chromedp.NodeVisible))
}

// ClickTwice clicks twice in a row.
func (tab *Tab) ClickTwice(words string) {
	tab.t.Helper()
	tab.run(chromedp.DoubleClick(clickable(words), chromedp.BySearch, chromedp.NodeVisible))
}

// Fill writes into the field with this label.
func (tab *Tab) Fill(label, value string) {
	tab.t.Helper()
	field := labelled(label)
	tab.run(chromedp.Clear(field, chromedp.BySearch), chromedp.SendKeys(field, value, chromedp.BySearch, chromedp.NodeVisible))
}

// Add writes on in the field with this label, which may have several lines.
func (tab *Tab) Add(label, value string) {
	tab.t.Helper()
	tab.run(chromedp.SendKeys(labelled(label), value, chromedp.BySearch, chromedp.NodeVisible))
}

// Choose gives files to the field with this label.
func (tab *Tab) Choose(label string, paths ...string) {
	tab.t.Helper()
	tab.run(chromedp.SetUploadFiles(labelled(label), paths, chromedp.BySearch))
}

// Pick picks the value of the list with this label.
func (tab *Tab) Pick(label, value string) {
	tab.t.Helper()
	tab.run(chromedp.SetValue(labelled(label), value, chromedp.BySearch))
}

// Press presses keys, for example kb.Tab.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.run(chromedp.KeyEvent(keys))
}

// See waits until all of the words are on the page.
func (tab *Tab) See(words ...string) {
	tab.t.Helper()
	var shown string
	until := time.Now().Add(patience)
	for time.Now().Before(until) {
		if err := chromedp.Run(tab.ctx, chromedp.Evaluate(`document.body ? document.body.innerText : ""`, &shown)); err == nil && containsAll(shown, words) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	require.Fail(tab.t, "not seen", "%q on the page:\n%s", words, shown)
}

// Evaluate runs a script in the page.
func (tab *Tab) Evaluate(script string, result any) {
	tab.t.Helper()
	tab.run(chromedp.Evaluate(script, result))
}

// Size sets the window's size in pixels.
func (tab *Tab) Size(width, height int64) {
	tab.t.Helper()
	tab.run(chromedp.EmulateViewport(width, height))
}

// Dark sets the preferred colour scheme.
func (tab *Tab) Dark(dark bool) {
	tab.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	tab.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

// WithoutScript switches the scripts of pages off.
func (tab *Tab) WithoutScript() {
	tab.t.Helper()
	tab.run(emulation.SetScriptExecutionDisabled(true))
}

// ForgetCache makes the next page load everything anew.
func (tab *Tab) ForgetCache() {
	tab.t.Helper()
	tab.run(network.ClearBrowserCache())
}

// Screenshot is the whole page as PNG.
func (tab *Tab) Screenshot() (png []byte) {
	tab.t.Helper()
	tab.run(chromedp.FullScreenshot(&png, 100))
	return png
}

func (tab *Tab) run(actions ...chromedp.Action) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	require.NoError(tab.t, chromedp.Run(ctx, actions...))
}

func header(headers network.Headers, name string) string {
	for key, value := range headers {
		if strings.EqualFold(key, name) {
			return fmt.Sprint(value)
		}
	}
	return ""
}

func labelled(label string) string {
	return fmt.Sprintf(`//*[@id=//label[contains(normalize-space(), %s)]/@for]`, quoted(label))
}

func clickable(words string) string {
	of := quoted(words)
	return fmt.Sprintf(`//*[self::button or self::a or self::summary or self::label][normalize-space()=%s or (self::label and contains(normalize-space(), %s))]`, of, of)
}

func quoted(words string) string { return `"` + words + `"` }

func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
