//go:build browser

package page

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// command builds kerasrun once for all tests here.
func command(t testing.TB) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "kerasrun")
	text, err := exec.Command("go", "build", "-o", out, "../../cmd/kerasrun").CombinedOutput()
	require.NoError(t, err, "%s", text)
	return out
}

// serving starts kerasrun serve and returns its address.
func serving(t testing.TB, kerasrun string, args ...string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := l.Addr().String()
	require.NoError(t, l.Close())
	c := exec.Command(kerasrun, append([]string{"serve", "--listen", at}, args...)...)
	var log bytes.Buffer
	c.Stderr = &log
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	})
	require.Eventually(t, func() bool {
		r, err := http.Get("http://" + at + "/readyz")
		if err == nil {
			r.Body.Close()
		}
		return err == nil && r.StatusCode == 200
	}, 20*time.Second, 20*time.Millisecond, log.String())
	return "http://" + at + "/"
}

// browser starts Chromium. What the page says on its console, or throws, fails the test.
func browser(t testing.TB) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(1280, 1400))
	if path := os.Getenv("CHROMIUM"); path != "" {
		opts = append(opts, chromedp.ExecPath(path))
	}
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx)) // it is there
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err == nil && m.Source != "network" { // an answer that is an error is the page's to show
				t.Errorf("the page's console: %s", m)
			}
		}
	}()
	return ctx
}

// shot writes what the browser shows to $KERASRUN_SHOTS, or a folder that is removed.
func shot(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("KERASRUN_SHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(t, err)
	require.Greater(t, len(png), 10_000, "an empty picture")
	require.NoError(t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}

// do acts within half a minute.
func do(t testing.TB, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	get(t, ctx, chromedp.Steps(actions...))
}

// get is do for an action that gives something.
func get[T any](t testing.TB, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	within, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	v, err := chromedp.Run(within, action)
	if err != nil {
		shot(t, ctx, "failed")
		require.NoError(t, err)
	}
	return v
}

// eventually waits for a text to appear in an element.
func eventually(t testing.TB, ctx context.Context, selector, want string) {
	t.Helper()
	var last string
	for range 200 {
		if last = get(t, ctx, chromedp.Text(chromedp.CSS(selector))); strings.Contains(last, want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	shot(t, ctx, "failed")
	require.Contains(t, last, want)
}

// TestServerPage: list, model, fill, predict; the graph, the keyboard, dark and light.
func TestServerPage(t *testing.T) {
	kerasrun := command(t)
	base := serving(t, kerasrun, "seed="+seedFile, "two="+twoFile)
	ctx := browser(t)
	do(t, ctx, chromedp.Navigate(base), chromedp.WaitVisible(chromedp.Search(`//a[text()="seed"]`)))
	assert.Contains(t, get(t, ctx, chromedp.Text(chromedp.CSS("table"))), "ready")
	audit(t, ctx, "list")
	shot(t, ctx, "list")

	row := strings.TrimSuffix(strings.Repeat("0.25,-1.5e-1,", 26), ",")
	c := exec.Command(kerasrun, "predict", seedFile, "-", "--format", "csv")
	c.Stdin = strings.NewReader(row + "\n")
	out, err := c.Output()
	require.NoError(t, err)
	lines := strings.Fields(string(out))
	want := lines[len(lines)-1]

	do(t, ctx, chromedp.Click(chromedp.Search(`//a[text()="seed"]`)), chromedp.WaitVisible(chromedp.CSS("#input0")),
		chromedp.SendKeys(chromedp.CSS("#input0"), row), chromedp.Click(chromedp.CSS("#predict")), chromedp.WaitVisible(chromedp.CSS("#answer details")))
	exact := get(t, ctx, chromedp.TextContent(chromedp.CSS("#exact")))
	assert.InDelta(t, number32(t, want), number32(t, strings.Trim(exact, "[]")), 0, "page and command")

	do(t, ctx, chromedp.Click(chromedp.CSS(`.node[data-path="dense_1"]`)))
	eventually(t, ctx, "#detail", "kernel_initializer")
	eventually(t, ctx, "#detail", "mean")
	eventually(t, ctx, "#activations", "First row")
	audit(t, ctx, "model")
	shot(t, ctx, "model")

	_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
	require.NoError(t, err)
	assert.Equal(t, "rgb(20, 23, 28)", get(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`)))
	get(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("details").forEach(d => { d.open = true }), 0`))
	audit(t, ctx, "dark")
	shot(t, ctx, "dark")

	do(t, ctx, chromedp.SetValue(chromedp.CSS("#input0"), "1,2"), chromedp.Click(chromedp.CSS("#predict")))
	eventually(t, ctx, "#answer", "wanted 52 values a row, received 2")
	do(t, ctx, chromedp.SetValue(chromedp.CSS("#input0"), "[[1,2]]"), chromedp.Click(chromedp.CSS("#predict")))
	eventually(t, ctx, "#answer", "float32(None, 52)") // as the server says it
	do(t, ctx, chromedp.SetValue(chromedp.CSS("#input0"), strings.Replace(row, "0.25", "nan", 1)), chromedp.Click(chromedp.CSS("#predict")))
	eventually(t, ctx, "#answer", "NaN")
}

// TestKeyboard: all of it without a mouse.
func TestKeyboard(t *testing.T) {
	base := serving(t, command(t), "seed="+seedFile)
	ctx := browser(t)
	do(t, ctx, chromedp.Navigate(base), chromedp.WaitVisible(chromedp.Search(`//a[text()="seed"]`)))
	focus := func() string {
		return get(t, ctx, chromedp.Evaluate[string](`(e => (e.getAttribute("aria-label") ?? "") + "|" + (e.matches("a, button") ? e.textContent : "") + "|" + e.id)(document.activeElement)`))
	}
	tabTo := func(what string) {
		t.Helper()
		for range 40 {
			if strings.Contains(focus(), what) {
				return
			}
			do(t, ctx, chromedp.KeyEvent(kb.Tab))
		}
		require.Fail(t, "the keyboard does not get there", what)
	}
	tabTo("|seed|")
	do(t, ctx, chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#input0")))
	tabTo("InputLayer")
	do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
	assert.Contains(t, focus(), "dense")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, "#detail", "units")
	assert.Contains(t, focus(), "dense", "the focus stays on the layer")
	tabTo("|input0")
	do(t, ctx, chromedp.KeyEvent(strings.Repeat("1 ", 52)))
	tabTo("Predict")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	eventually(t, ctx, "#answer", "ms")
}

// number32 reads a number as float32, which is what was computed.
func number32(t testing.TB, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 32)
	require.NoError(t, err)
	return float64(float32(v))
}
