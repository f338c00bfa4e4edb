package keras

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/kerasrun/kerasrun/internal/tfjs"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// SaveTFJS writes the model as a layers model of TensorFlow.js: a folder with
// model.json, in the spelling of Keras 2 that TensorFlow.js reads, and shards of
// weights. The folder appears whole or not at all; it must not be there, or be
// empty.
//
// What only training needs is left out: initializers, regularizers, constraints,
// the training configuration. The error is an *UnsupportedError that lists
// everything that TensorFlow.js has no layer or option for.
func (m *Model) SaveTFJS(dir string) error {
	t := &tfjsWriter{m: m, models: map[string]bool{}, inputs: map[string]int{}}
	topology, err := t.topology()
	if err != nil {
		return err
	}
	var weights []tfjs.Array
	if len(t.problems) == 0 {
		weights = t.weights()
	}
	if len(t.problems) > 0 {
		return &UnsupportedError{File: m.origin.File, Problems: t.problems}
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: the folder must be new or empty, received one with files", dir)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dir = filepath.Clean(dir)
	made, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made) // gone once it has been renamed
	create := func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(made, name)) }
	head := tfjs.Head{GeneratedBy: "keras v" + keras2Version, ConvertedBy: "kerasrun"}
	if err := tfjs.Write(create, head, topology, weights); err != nil {
		return err
	}
	if err := os.Chmod(made, 0o755); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) { // empty
		return err
	}
	return os.Rename(made, dir)
}

// tfjsWriter spells one model as TensorFlow.js reads it.
type tfjsWriter struct {
	m        *Model
	problems []layers.Problem
	inputs   map[string]int  // ranks of what each layer takes, by its name
	ranks    map[string]int  // ranks of what it gives
	models   map[string]bool // the layers, of the model at hand, that are a Functional
}

func (t *tfjsWriter) unsupported(place, format string, args ...any) {
	t.problems = append(t.problems, layers.Problem{Where: place, What: "TensorFlow.js has no word for " + fmt.Sprintf(format, args...)})
}

// weights lists the weights under the names that TensorFlow.js gives them: that
// of the innermost layer of a model, for a Bidirectional also that of its half,
// and the weight's own.
func (t *tfjsWriter) weights() []tfjs.Array {
	var out []tfjs.Array
	taken := map[string]bool{}
	for _, top := range units(t.m) {
		for _, u := range top.leaves() {
			paths := inner(u.weights)
			for i, w := range u.weights {
				name := t.weightName(u, paths[i], w)
				if taken[name] {
					t.unsupported(fmt.Sprintf("layer %q", u.name), "two weights of the name %s", name)
				}
				taken[name] = true
				if w.Value.DType() != runtime.Float32 {
					t.unsupported(fmt.Sprintf("layer %q", u.name), "weights of type %s", w.Value.DType())
				}
				out = append(out, tfjs.Array{Name: name, Shape: w.Value.Shape(), DType: "float32", Data: littleEndian(w.Value.Bytes(), 4)})
			}
		}
	}
	return out
}

func (t *tfjsWriter) weightName(u unit, path string, w *Weight) string {
	name := w.Name
	if u.layer.Base().Class == "DepthwiseConv2D" && name == "kernel" {
		name = "depthwise_kernel"
	}
	if u.layer.Base().Class == "Bidirectional" {
		half := "forward_"
		if strings.HasPrefix(path, "backward") {
			half = "backward_"
		}
		if inner, _ := option[layers.Layer](u.layer, "layer"); inner != nil {
			name = half + strings.TrimPrefix(inner.Base().Name, "forward_") + "/" + name
		}
	}
	return u.name + "/" + name
}
