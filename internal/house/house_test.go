// Package house holds the rule of ARCHITECTURE.md that imports go down only.
package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/kerasrun/kerasrun/"

// floors lists every package of the module and what it may import of it, which is
// what it does import. Tests import what they want.
var floors = map[string][]string{
	"internal/atomicfile":     {},
	"internal/chart":          {},
	"internal/hdf5":           {},
	"internal/hdf5/libhdf5":   {"internal/hdf5"},
	"internal/kernel":         {},
	"internal/npz":            {},
	"internal/parquet":        {},
	"internal/tfrecord":       {"internal/tensorflow"},
	"internal/images":         {},
	"internal/pyjson":         {},
	"internal/tensorflow":     {},
	"internal/tfjs":           {},
	"keras/internal/custom":   {"layers"},
	"keras/internal/lambda":   {},
	"internal/wordsize":       {},
	"runtime":                 {"internal/kernel", "internal/wordsize"},
	"internal/math32":         {},
	"internal/arrays":         {"internal/npz", "runtime"},
	"layers":                  {"runtime"},
	"layers/einsum":           {"runtime"},
	"layers/activations":      family(),
	"layers/applications":     family(),
	"layers/attention":        family("layers/core"), // quantized projections are EinsumDense
	"layers/convolutional":    family(),
	"layers/core":             family("layers/einsum"),
	"layers/merging":          family(),
	"layers/normalization":    family(),
	"layers/operations":       family("layers/einsum"),
	"layers/pooling":          family(),
	"layers/preprocessing":    family(),
	"layers/regularization":   family(),
	"layers/reshaping":        family(),
	"layers/rnn":              family("layers/convolutional"), // the products of a ConvLSTM are convolutions
	"layers/all":              families(),
	"internal/layerlist":      {"layers", "layers/all"},
	"internal/layertest":      {"layers", "runtime"},
	"internal/lowered":        {"layers", "runtime"},
	"losses":                  {"layers", "runtime"},
	"metrics":                 {"layers", "losses", "runtime"},
	"optimizers":              {"internal/kernel", "internal/math32", "layers", "optimizers/schedules"},
	"optimizers/schedules":    {"internal/math32", "layers"},
	"keras/internal/spelling": {"internal/pyjson", "keras/internal/custom", "keras/internal/lambda", "layers", "runtime"},
	"keras": {"internal/atomicfile", "internal/hdf5", "internal/lowered", "internal/pyjson", "internal/tensorflow", "internal/tfjs",
		"keras/internal/custom", "keras/internal/lambda", "keras/internal/spelling", "layers", "layers/all", "optimizers", "runtime"},
	"train":                    {"internal/lowered", "internal/pyjson", "keras", "layers", "losses", "metrics", "optimizers", "runtime"},
	"lab":                      {"internal/lowered", "keras", "layers", "losses", "runtime", "train"},
	"lab/report":               {"internal/chart", "lab"},
	"train/callbacks":          {"internal/atomicfile", "internal/tensorflow", "keras", "train"},
	"internal/fixture":         {"internal/arrays", "internal/lowered", "internal/npz", "keras", "layers", "runtime"},
	"internal/table":           {"internal/arrays", "internal/images", "internal/npz", "internal/parquet", "internal/tfrecord", "keras", "runtime", "train"},
	"internal/oip":             {"internal/arrays", "internal/npz", "runtime"},
	"serve":                    {"internal/fixture", "internal/oip", "keras", "runtime"},
	"serve/grpc":               {"internal/oip", "keras", "runtime", "serve", "serve/grpc/internal/pb"},
	"serve/grpc/internal/pb":   {},
	"serve/grpc/internal/soak": {"internal/oip", "keras", "runtime", "serve/grpc/internal/pb"},
	"serve/page":               {"keras", "layers", "runtime", "serve"},
	"serve/page/wasm":          {"keras", "serve", "serve/page"},
	"internal/trial":           {"keras", "runtime"},
	"internal/mutate":          {"internal/fixture", "internal/hdf5", "internal/table", "internal/trial", "keras"},
	"cmd/kerasrun":             {"internal/atomicfile", "internal/chart", "internal/fixture", "internal/images", "internal/kernel", "internal/table", "keras", "lab", "lab/report", "layers", "losses", "metrics", "optimizers", "runtime", "serve", "serve/grpc", "serve/page", "train", "train/callbacks"},
	"scripts/roundtrip":        {"internal/arrays", "internal/fixture", "internal/npz", "keras", "runtime", "train"},
	"examples":                 {},
	"examples/customlayer":     {"keras", "layers", "runtime"},
	"examples/embeddings":      {"keras"},
	"examples/finetune":        {"keras", "runtime", "train"},
	"examples/service":         {"keras"},
	"examples/wasm":            {"keras"},
}

// family is what Keras' layers of one family import: what a custom layer has, and
// of the packages below layers only those named, each for a reason.
func family(more ...string) []string { return append([]string{"layers", "runtime"}, more...) }

// families lists the folders below layers that register layers.
func families() (all []string) {
	dirs, _ := os.ReadDir("../../layers")
	for _, d := range dirs {
		if d.IsDir() && !slices.Contains([]string{"all", "einsum", "testdata"}, d.Name()) {
			all = append(all, "layers/"+d.Name())
		}
	}
	return all
}

func TestImportsGoDown(t *testing.T) {
	imported := map[string]map[string]bool{} // by package
	goFiles(t, func(dir, path string) {
		if imported[dir] == nil {
			imported[dir] = map[string]bool{}
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, i := range f.Imports {
			if name, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module); ours {
				assert.True(t, slices.Contains(floors[dir], name), "%s imports %s", path, name)
				imported[dir][name] = true
			}
		}
	})
	for dir, allowed := range floors {
		for _, name := range allowed {
			assert.True(t, imported[dir][name], "%s may import %s, and does not: the table says too much", dir, name)
		}
	}
	for dir := range imported {
		assert.NotNil(t, floors[dir], "%s has no floor", dir)
	}
	for dir := range floors {
		assert.NotNil(t, imported[dir], "%s is no package any more", dir)
	}
}

// TestFamiliesAreKnownByNobody: a custom layer has what Keras' own have, as long as
// nothing but the list of all of them knows these.
func TestFamiliesAreKnownByNobody(t *testing.T) {
	require.Contains(t, families(), "layers/core")
	for dir, allowed := range floors {
		for _, f := range families() {
			assert.False(t, slices.Contains(allowed, f) && !strings.HasPrefix(dir, "layers/"), "%s may import %s", dir, f)
		}
	}
}

// TestFoldersAreSmall holds that a folder can be read: no more than 60 files but
// tests in one, apart from the operations of the runtime and the kernels.
func TestFoldersAreSmall(t *testing.T) {
	const most = 60
	files := map[string]int{}
	goFiles(t, func(dir, _ string) { files[dir]++ })
	for dir, n := range files {
		if dir != "runtime" && dir != "internal/kernel" {
			assert.LessOrEqual(t, n, most, "files in %s", dir)
		}
	}
}

// goFiles calls do for the files of the module that are no tests.
func goFiles(t *testing.T, do func(dir, path string)) {
	t.Helper()
	const root = "../.."
	n := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if path != root && (err == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
				return filepath.SkipDir // another module, or none
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			dir, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			n++
			do(filepath.ToSlash(dir), path)
		}
		return nil
	}))
	require.Greater(t, n, 300)
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
