package browser

import (
	"context"
	"os"
	"strings"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// axeVariable names the script of axe-core; `stack exec` fetches it.
const axeVariable = "AXE_SCRIPT"

// Barriers are the serious and critical accessibility violations that axe-core finds on the page,
// one line each.
func (tab *Tab) Barriers() []string {
	tab.t.Helper()
	script, err := os.ReadFile(os.Getenv(axeVariable))
	require.NoError(tab.t, err, "run the tests with `make test`, which fetches axe-core and names it by %s", axeVariable)
	var found []string
	tab.run(
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, problem, err := runtime.Evaluate(string(script)).Do(ctx)
			if problem != nil {
				return problem
			}
			return err
		}),
		chromedp.Evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(result => result.violations
			.filter(v => v.impact === "serious" || v.impact === "critical")
			.map(v => v.id + ": " + v.help + ": " + v.nodes.map(n => n.html + " " + (n.any[0] ? n.any[0].message : "")).join(" | ")))`,
			&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
	)
	for i, line := range found {
		found[i] = strings.Join(strings.Fields(line), " ")
	}
	return found
}
