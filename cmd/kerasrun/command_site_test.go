package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/serve/page"
)

func TestSite(t *testing.T) {
	dir := t.TempDir()
	site := func(args ...string) (code int, text string) {
		var out, log strings.Builder
		code = run(t.Context(), append([]string{"site"}, args...), strings.NewReader(""), &out, &log)
		return code, out.String() + log.String()
	}
	code, text := site("-o", filepath.Join(dir, "site"), "--wasm", dir)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, text, page.Program)
	assert.NoDirExists(t, filepath.Join(dir, "site"))
	for _, name := range []string{page.Program, page.Glue} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644))
	}
	code, text = site("-o", filepath.Join(dir, "site"), "--wasm", dir)
	assert.Zero(t, code, text)
	assert.FileExists(t, filepath.Join(dir, "site", "index.html"))
	code, text = site("-o", filepath.Join(dir, "site"), "--wasm", dir)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, text, "empty folder")

	code, text = site("-o", filepath.Join(dir, "other"))
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, text, "which a release has and scripts/wasm.sh builds")
}
