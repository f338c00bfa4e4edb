package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestServe: models of a configuration, of a folder and of arguments answer until
// the server is told to end.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	copySeed := func(to string) {
		data, err := os.ReadFile(seed + "seed_k3.keras")
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, data, 0o644))
	}
	copySeed(filepath.Join(dir, "all", "a.keras"))
	copySeed(filepath.Join(dir, "many", "1", "m.keras"))
	copySeed(filepath.Join(dir, "many", "2", "m.keras"))
	config := filepath.Join(dir, "serve.yaml")
	require.NoError(t, os.WriteFile(config, []byte("models:\n  - name: b\n    path: many\n    labels: {stable: 2}\n"), 0o644))
	socket := filepath.Join(dir, "socket")

	ctx, end := context.WithCancel(t.Context())
	var log bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "c=" + seed + "seed_k2.h5", "--models", filepath.Join(dir, "all"), "--config", config, "--listen", "unix:" + socket}, strings.NewReader(""), io.Discard, &log)
	}()
	c := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", socket) }}}
	defer c.CloseIdleConnections()
	require.Eventually(t, func() bool {
		r, err := c.Get("http://any/readyz")
		if err == nil {
			r.Body.Close()
		}
		return err == nil && r.StatusCode == 200
	}, 10*time.Second, 5*time.Millisecond)
	row := `{"instances":[[` + strings.Repeat("0.5,", 51) + `0.5]]}`
	for _, path := range []string{"a", "b", "b/labels/stable", "b/versions/2", "c"} {
		r, err := c.Post("http://any/v1/models/"+path+":predict", "application/json", strings.NewReader(row))
		require.NoError(t, err)
		text, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		r.Body.Close()
		assert.Equal(t, 200, r.StatusCode, string(text))
		assert.Contains(t, string(text), "predictions")
	}
	r, err := c.Get("http://any/page/api/models/a")
	require.NoError(t, err)
	r.Body.Close()
	assert.Equal(t, 200, r.StatusCode, "the page")
	end()
	assert.Zero(t, <-ended)
	assert.Contains(t, log.String(), "listening")
	assert.Contains(t, log.String(), "ending")
}

// TestServeNoPage: --no-page leaves the protocols alone.
func TestServeNoPage(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "socket")
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--no-page", seed + "seed_k3.keras", "--listen", "unix:" + socket}, strings.NewReader(""), io.Discard, io.Discard)
	}()
	c := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", socket) }}}
	defer c.CloseIdleConnections()
	status := func(path string) int {
		r, err := c.Get("http://any" + path)
		if err != nil {
			return 0
		}
		r.Body.Close()
		return r.StatusCode
	}
	require.Eventually(t, func() bool { return status("/readyz") == 200 }, 10*time.Second, 5*time.Millisecond)
	assert.Equal(t, 404, status("/page/main.js"))
	assert.Equal(t, 404, status("/page/api/models"))
	end()
	assert.Zero(t, <-ended)
}

// TestServeWrong: all that cannot be served is said before the server starts.
func TestServeWrong(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.keras")
	require.NoError(t, os.WriteFile(bad, []byte("no model"), 0o644))
	yaml := filepath.Join(dir, "serve.yaml")
	require.NoError(t, os.WriteFile(yaml, []byte("models:\n  - nam: b\n"), 0o644))
	empty := filepath.Join(dir, "empty.yaml")
	require.NoError(t, os.WriteFile(empty, nil, 0o644))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	good := seed + "seed_k3.keras"
	for _, c := range []struct {
		args []string
		code int
		says []string
	}{
		{nil, exitUsage, []string{"wanted models"}},
		{[]string{good, "--max-rows", "-1"}, exitUsage, []string{"negative"}},
		{[]string{bad, dir + "/gone.h5"}, exitFailed, []string{"bad.keras", "gone.h5"}},
		{[]string{good, good}, exitFailed, []string{`"seed_k3" is both`}},
		{[]string{"a:b=" + good}, exitFailed, []string{"wanted a name without"}},
		{[]string{"--config", yaml}, exitFailed, []string{"field nam not found", "there are name, path and labels"}},
		{[]string{"--config", empty}, exitFailed, []string{"empty.yaml: wanted models, received none"}},
		{[]string{good, "--tls-cert", bad}, exitFailed, []string{"wanted a certificate and its key"}},
		{[]string{good, "--grpc", taken.Addr().String(), "--listen", "127.0.0.1:0"}, exitFailed, []string{"in use"}},
		{[]string{"--models", dir + "/gone"}, exitFailed, []string{"no such file"}},
		{[]string{good, "--listen", taken.Addr().String()}, exitFailed, []string{"in use"}},
		{[]string{good, "--token-file", dir + "/gone"}, exitFailed, []string{"no such file"}},
	} {
		r := kerasrun(t, "", append([]string{"serve"}, c.args...)...)
		assert.Equal(t, c.code, r.code, "%v: %s", c.args, r.stderr)
		for _, s := range c.says {
			assert.Contains(t, r.stderr, s, "%v", c.args)
		}
	}
}

// TestDeploy: what examples/deploy starts is what serve takes.
func TestDeploy(t *testing.T) {
	const dir = "../../examples/deploy/"
	var calls [][]string
	image, err := os.ReadFile(dir + "Dockerfile")
	require.NoError(t, err)
	_, list, found := strings.Cut(string(image), "\nCMD ")
	require.True(t, found)
	var call []string
	require.NoError(t, json.Unmarshal([]byte(list), &call))
	calls = append(calls, call)
	for _, name := range []string{"kubernetes.yaml", "kserve.yaml"} {
		data, err := os.ReadFile(dir + name)
		require.NoError(t, err)
		d := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var doc yaml.Node
			if d.Decode(&doc) != nil {
				break
			}
			calls = append(calls, argsIn(t, &doc)...)
		}
	}
	require.Len(t, calls, 3)
	for _, call := range calls {
		require.Equal(t, "serve", call[0])
		cmd := (&app{}).serveCommand()
		assert.NoError(t, cmd.ParseFlags(call[1:]), "%q", call)
		assert.True(t, cmd.Flags().Changed("models") || len(cmd.Flags().Args()) == 1, "%q", call)
	}
}

// argsIn lists the values of all keys "args".
func argsIn(t *testing.T, n *yaml.Node) (all [][]string) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "args" {
			var call []string
			require.NoError(t, c.Decode(&call))
			all = append(all, call)
		}
		all = append(all, argsIn(t, c)...)
	}
	return all
}
