package page

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWriteSite: it holds all that its files ask for, under relative names alone.
func TestWriteSite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	program := fstest.MapFS{Program: {Data: []byte("program")}, Glue: {Data: []byte("glue")}}
	require.NoError(t, WriteSite(dir, program))
	names := regexp.MustCompile(`(?:from|src=|href=|importScripts\(|fetch\(|new URL\()\s?['"]([^'"#]+)['"]`)
	asked := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range names.FindAllStringSubmatch(string(data), -1) {
			if m[1] == "." { // the page itself
				continue
			}
			asked++
			assert.False(t, strings.HasPrefix(m[1], "/"), "%s asks for %s", path, m[1])
			assert.FileExists(t, filepath.Join(filepath.Dir(path), m[1]), path)
		}
		return nil
	}))
	assert.Greater(t, asked, 20)
	index, err := os.ReadFile(filepath.Join(dir, "index.html"))
	require.NoError(t, err)
	assert.Contains(t, string(index), "data-local")
	assert.Contains(t, string(index), "wasm-unsafe-eval")
	assert.NoFileExists(t, filepath.Join(dir, "site.html"))

	assert.ErrorContains(t, WriteSite(dir, program), "wanted a new or an empty folder")
	assert.ErrorIs(t, WriteSite(t.TempDir(), fstest.MapFS{}), fs.ErrNotExist)
}
