package page

import (
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/serve"
)

// TestFiles: they are small, ask no other server for anything, have no script or
// style within the HTML, and come with a policy that would not let them.
func TestFiles(t *testing.T) {
	total := 0
	require.NoError(t, fs.WalkDir(static(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(static(), name)
		require.NoError(t, err)
		total += len(data)
		assert.NotEmpty(t, types[filepath.Ext(name)], name)
		for _, url := range regexp.MustCompile(`(?:https?:)?//[a-z][\w.-]+`).FindAllString(string(data), -1) {
			switch strings.TrimPrefix(url, "http:") {
			case "//www.w3.org": // the name of SVG, which nobody loads
			case "//localhost": // in what is shown for copying
			default:
				assert.Fail(t, "another server", "%s: %s", name, url)
			}
		}
		if strings.HasSuffix(name, ".html") {
			assert.NotRegexp(t, `(?i)<style|<script[^>]*>[^<]|\son\w+=|\sstyle=`, string(data), name)
		}
		assert.NotRegexp(t, `innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function`, string(data), name)
		return nil
	}))
	assert.Less(t, total, 300_000)

	h := Files()
	for path, kind := range map[string]string{"/": "text/html", "/page/main.js": "text/javascript", "/page/page.css": "text/css", "/page/icon.svg": "image/svg"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		assert.Equal(t, 200, w.Code, path)
		assert.Contains(t, w.Header().Get("Content-Type"), kind)
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'self'")
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		again := httptest.NewRecorder()
		h.ServeHTTP(again, r)
		assert.Equal(t, http.StatusNotModified, again.Code)
	}
	for _, path := range []string{"/page/none.js", "/page/", "/page/../doc.go"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		assert.Equal(t, 404, w.Code, path)
	}
}

// TestToken: the page's files are for anybody, what they ask for is not.
func TestToken(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("secret\n"), 0o600))
	m := serve.NewModels(serve.Options{KeepModels: true})
	require.NoError(t, m.Open("seed", seedFile))
	address := make(chan string, 1)
	s := serve.Server{Models: m, Address: "127.0.0.1:0", TokenFile: token, Page: Files(), PageAPI: NewAPI(m),
		Listening: func(_ string, at net.Addr) { address <- at.String() }}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	at := "http://" + <-address
	status := func(path, token string) int {
		r, err := http.NewRequest("GET", at+path, nil)
		require.NoError(t, err)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		a, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		a.Body.Close()
		return a.StatusCode
	}
	for path, want := range map[string]int{"/": 200, "/page/main.js": 200, "/page/none": 404, "/page/api/models": 401, "/page/api/models/seed": 401, "/v1/models/seed": 401, "/readyz": 200, "/other": 401} {
		assert.Equal(t, want, status(path, ""), path)
	}
	for path, want := range map[string]int{"/page/api/models": 200, "/page/api/models/seed": 200, "/v1/models/seed": 200, "/other": 404} {
		assert.Equal(t, want, status(path, "secret"), path)
	}
	end()
	assert.NoError(t, <-ended)
}

// TestWhoSeesThePage: browsers and who says nothing do, programs learn that the server
// lives.
func TestWhoSeesThePage(t *testing.T) {
	m := serve.NewModels(serve.Options{})
	at := make(chan net.Addr, 1)
	s := &serve.Server{Models: m, Address: "127.0.0.1:0", Page: Files(), Listening: func(_ string, a net.Addr) { at <- a }}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	address := "http://" + (<-at).String() + "/"
	for accept, want := range map[string]string{"": "<!doctype html>", "text/html,application/xhtml+xml,*/*;q=0.8": "<!doctype html>", "*/*": `{"status":"alive"}`} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
		require.NoError(t, err)
		if accept != "" {
			r.Header.Set("Accept", accept)
		}
		a, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		text, err := io.ReadAll(a.Body)
		require.NoError(t, err)
		a.Body.Close()
		assert.Equal(t, want, strings.ToLower(string(text[:len(want)])), accept)
		assert.Equal(t, "Accept", a.Header.Get("Vary"))
	}
	http.DefaultClient.CloseIdleConnections()
	end()
	assert.NoError(t, <-ended)
}
