package browser

import (
	"os/exec"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Start starts a Chromium of its own, which is the Debian package chromium, and returns its tab of 1280 by 900
// pixels. It ends with the test. Errors on the tab's console fail the test, except those that contain one of
// expected.
func Start(t testing.TB, expected ...string) *Tab {
	t.Helper()
	program, err := exec.LookPath("chromium")
	require.NoError(t, err, "run the tests with `make test`, which installs it, or `apt-get install chromium`")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU)
	allocator, end := chromedp.NewExecAllocator(t.Context(), options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	tab := &Tab{t: t, ctx: ctx, hosts: map[string]bool{}}
	t.Cleanup(func() {
		closeTab()
		end()
		for _, problem := range tab.Problems() {
			if !containsAny(problem, expected) {
				t.Errorf("the browser says: %s", problem)
			}
		}
	})
	chromedp.ListenTarget(ctx, tab.note)
	require.NoError(t, chromedp.Run(ctx, network.Enable(), log.Enable(), runtime.Enable())) // starts it, so without a deadline
	tab.Size(1280, 900)
	return tab
}
