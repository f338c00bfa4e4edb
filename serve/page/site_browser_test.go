//go:build browser

package page

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSite: below a folder of any host, a dropped file is run by the program in the
// tab, with the answer of the command, and nothing is asked of the host but files.
func TestSite(t *testing.T) {
	kerasrun := command(t)
	dir := filepath.Join(t.TempDir(), "site")
	built := t.TempDir()
	text, err := exec.Command("../../scripts/wasm.sh", built).CombinedOutput()
	require.NoError(t, err, "%s", text)
	text, err = exec.Command(kerasrun, "site", "-o", dir, "--wasm", built).CombinedOutput()
	require.NoError(t, err, "%s", text)
	for _, unpacking := range []bool{false, true} {
		var asked []string
		files := http.StripPrefix("/some/where/", http.FileServerFS(os.DirFS(dir)))
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.URL.Path)
			if unpacking && strings.HasSuffix(r.URL.Path, ".gz") {
				w.Header().Set("Content-Encoding", "gzip") // as some hosts say of it
			}
			files.ServeHTTP(w, r)
		}))
		ctx := browser(t)
		began := time.Now()
		do(t, ctx, chromedp.Navigate(host.URL+"/some/where/"), chromedp.WaitVisible(chromedp.CSS(".drop input")))
		if !unpacking {
			audit(t, ctx, "site")
			shot(t, ctx, "site")
		}
		file, err := filepath.Abs(seedFile)
		require.NoError(t, err)
		do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS(".drop input"), []string{file}), chromedp.WaitVisible(chromedp.CSS("#input0")))
		row := strings.TrimSuffix(strings.Repeat("0.5,", 52), ",")
		do(t, ctx, chromedp.SendKeys(chromedp.CSS("#input0"), row), chromedp.Click(chromedp.CSS("#predict")), chromedp.WaitVisible(chromedp.CSS("#answer details")))
		t.Logf("first answer after %v", time.Since(began))
		exact := get(t, ctx, chromedp.TextContent(chromedp.CSS("#exact")))
		c := exec.Command(kerasrun, "predict", seedFile, "-", "--format", "csv")
		c.Stdin = strings.NewReader(row + "\n")
		out, err := c.Output()
		require.NoError(t, err)
		lines := strings.Fields(string(out))
		assert.InDelta(t, number32(t, lines[len(lines)-1]), number32(t, strings.Trim(exact, "[]")), 1e-6) // other kernels
		do(t, ctx, chromedp.Click(chromedp.CSS(`.node[data-path="dense_1"]`)))
		eventually(t, ctx, "#activations", "First row")
		shot(t, ctx, "site-model")
		for _, a := range asked {
			assert.True(t, strings.HasPrefix(a, "GET /some/where/"), a)
		}
		host.Close()
	}
}
