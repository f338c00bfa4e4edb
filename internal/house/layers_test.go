package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shared lists the packages below layers that are no family: what several
// families use, and the list of them all.
var shared = []string{"layers/einsum", "layers/all"}

// between lists what a family may import of another, each for a reason.
var between = map[string][]string{
	"layers/rnn": {"layers/convolutional"}, // the products of a ConvLSTM are convolutions
}

// TestFamilies holds the arrows around the families of layers: the frame knows
// none, they know the frame and hardly each other, and only layers/all and tests
// know them, so that a custom layer has what Keras' own have.
func TestFamilies(t *testing.T) {
	families := map[string]bool{}
	dirs, err := os.ReadDir("../../layers")
	require.NoError(t, err)
	for _, d := range dirs {
		if name := "layers/" + d.Name(); d.IsDir() && !contains(shared, name) {
			families[name] = true
		}
	}
	require.Contains(t, families, "layers/core")
	listed := map[string]bool{}
	imports(t, func(dir, path, name string) {
		if dir == "layers/all" {
			listed[name] = true
			assert.True(t, families[name], "%s imports %s, which is no family", path, name)
			return
		}
		if families[name] {
			assert.Contains(t, between[dir], name, "%s imports a family of layers: only layers/all does", path)
		}
		if families[dir] || contains(shared, dir) {
			allowed := append([]string{"runtime"}, between[dir]...)
			if families[dir] {
				allowed = append(allowed, "layers", "layers/einsum")
			}
			assert.Contains(t, allowed, name, "%s", path)
		}
	})
	assert.Equal(t, families, listed, "layers/all registers every family")
}

// imports calls do for each import of this module by a file that is no test.
func imports(t *testing.T, do func(dir, path, name string)) {
	t.Helper()
	root := "../.."
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			if name, ours := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), module); ours {
				do(filepath.ToSlash(dir), path, name)
			}
		}
		return nil
	}))
}

// TestFoldersAreSmall holds that a folder can be read: no more than 60 files but
// tests in one, apart from the operations of the runtime and the kernels.
func TestFoldersAreSmall(t *testing.T) {
	const most = 60
	files := map[string]int{}
	require.NoError(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			files[filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), "../../"))]++
		}
		return err
	}))
	require.Contains(t, files, "layers/core")
	for dir, n := range files {
		if dir != "runtime" && dir != "internal/kernel" {
			assert.LessOrEqual(t, n, most, "files in %s", dir)
		}
	}
}
