//go:build browser

package page

import (
	"context"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// audit has axe-core look for what keeps people out: names, roles, contrast. Its
// script is the file that $AXE names, which .ci/run gets from npm.
func audit(t testing.TB, ctx context.Context, what string) {
	t.Helper()
	file := os.Getenv("AXE")
	if file == "" {
		return
	}
	script, err := os.ReadFile(file)
	require.NoError(t, err)
	get(t, ctx, chromedp.Evaluate[int](string(script)+";0"))
	wrong := get(t, ctx, chromedp.Evaluate[[]string](`axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html.slice(0, 150) + " " + n.failureSummary)))`, chromedp.EvalAwaitPromise))
	assert.Empty(t, wrong, what)
}
