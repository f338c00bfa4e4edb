// Package house holds the rule of ARCHITECTURE.md that imports go down only.
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

const module = "github.com/kerasrun/kerasrun/"

// floors lists, for each package, what it may import of this module.
var floors = map[string][]string{
	"internal/kernel":         {},
	"internal/hdf5":           {},
	"internal/npz":            {},
	"internal/tfjs":           {},
	"internal/tensorflow":     {},
	"runtime":                 {"internal/kernel"},
	"layers":                  {"runtime"},
	"internal/lowered":        {"layers", "runtime"},
	"internal/pyjson":         {},
	"keras/internal/lambda":   {},
	"keras/internal/spelling": {"keras/internal/lambda", "layers", "runtime", "internal/pyjson"},
	"keras":                   {"keras/internal", "layers", "runtime", "internal/hdf5", "internal/tfjs", "internal/tensorflow", "internal/npz", "internal/kernel", "internal/lowered", "internal/atomicfile", "internal/pyjson"},
	"train":                   {"internal/pyjson", "keras", "layers", "runtime", "internal/kernel", "internal/lowered"},
	"internal/arrays":         {"runtime", "internal/npz"},
	"internal/fixture":        {"keras", "layers", "runtime", "internal/npz", "internal/lowered", "internal/arrays"},
	"internal/atomicfile":     {},
}

func TestImportsGoDown(t *testing.T) {
	root := "../.."
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir, _ := filepath.Rel(root, filepath.Dir(path))
		allowed, known := floors[filepath.ToSlash(dir)]
		if !known {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			name, ours := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), module)
			assert.True(t, !ours || contains(allowed, name), "%s imports %s", path, name)
		}
		return nil
	}))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s || strings.HasPrefix(s, x+"/") {
			return true
		}
	}
	return false
}

// TestRuntimeDoesNotSayKeras: the runtime serves any layers.
func TestRuntimeDoesNotSayKeras(t *testing.T) {
	files, err := filepath.Glob("../../runtime/*.go")
	require.NoError(t, err)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		for i, line := range strings.Split(string(data), "\n") {
			line, _, _ = strings.Cut(line, "//")
			line = strings.ReplaceAll(line, module, "")
			assert.NotContains(t, strings.ToLower(line), "keras", "%s:%d", f, i+1)
		}
	}
}
