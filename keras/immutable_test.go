package keras

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// edits has arguments for every exported method that returns a Model.
var edits = map[string]func(t *testing.T, m *Model) []any{
	"AppendHead": func(*testing.T, *Model) []any { return []any{Softplus} },
	"Freeze":     func(_ *testing.T, m *Model) []any { return []any{[]string{m.Root().Layers()[1].Base().Name}} },
	"LoadWeights": func(t *testing.T, m *Model) []any {
		path := filepath.Join(t.TempDir(), "again"+filepath.Ext(m.Origin().File))
		require.NoError(t, m.Save(path))
		return []any{path, []LoadOption(nil)}
	},
	"Modernize": func(*testing.T, *Model) []any { return nil },
	"ReadWeights": func(t *testing.T, m *Model) []any {
		path := filepath.Join(t.TempDir(), "again"+filepath.Ext(m.Origin().File))
		require.NoError(t, m.Save(path))
		f, err := os.Open(path)
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		info, err := f.Stat()
		require.NoError(t, err)
		return []any{f, info.Size(), []LoadOption(nil)}
	},
	"Quantize":  func(*testing.T, *Model) []any { return []any{Quantization{Mode: "int8"}} },
	"WithHead":  func(*testing.T, *Model) []any { return []any{Softplus} },
	"WithHeads": func(*testing.T, *Model) []any { return []any{HeadOptions{Head: Softplus, Range: [2]float64{1, inf}}} },
	"WithNormalization": func(_ *testing.T, m *Model) []any {
		of := func(p Port) []*Moments {
			var x Moments
			for i := range p.Shape[len(p.Shape)-1] {
				x.Mean, x.Variance = append(x.Mean, float64(i)), append(x.Variance, 2)
			}
			return []*Moments{&x}
		}
		return []any{of(m.Inputs()[0]), of(m.Outputs()[0])}
	},
	"WithTraining": func(*testing.T, *Model) []any { return []any{[]byte(nil), []Stored(nil)} },
	"WithWeights": func(_ *testing.T, m *Model) []any {
		var values []*runtime.Tensor
		for _, w := range m.Weights() {
			v, _ := runtime.NewTensor(w.Value.DType(), w.Value.Shape()...)
			values = append(values, v)
		}
		return []any{values}
	},
}

// TestEditsLeaveTheModel: a method that returns a Model changes nothing of the
// one that it is called on.
func TestEditsLeaveTheModel(t *testing.T) {
	kind := reflect.TypeFor[*Model]()
	for i := range kind.NumMethod() {
		method := kind.Method(i)
		if method.Type.NumOut() == 0 || method.Type.Out(0) != kind {
			continue
		}
		arguments, known := edits[method.Name]
		require.True(t, known, "%s returns a Model: give it arguments here", method.Name)
		for _, file := range []string{"tuned_k2.h5", "tuned_k3.keras"} {
			t.Run(method.Name+"_"+file, func(t *testing.T) {
				m, err := Load(tunedFile(t, file))
				require.NoError(t, err)
				require.NotEmpty(t, m.Origin().Optimizer)
				in := []reflect.Value{reflect.ValueOf(m)}
				for _, a := range arguments(t, m) {
					in = append(in, reflect.ValueOf(a))
				}
				before := picture(m)
				out := call(method.Func, in)
				assert.Equal(t, before, picture(m))
				if err, _ := out[len(out)-1].Interface().(error); err != nil {
					require.ErrorAs(t, err, new(*UnsupportedError))
					return
				}
				result := out[0].Interface().(*Model)
				if method.Name == "LoadWeights" || method.Name == "ReadWeights" {
					assert.Equal(t, m.Origin().Optimizer, result.Origin().Optimizer)
				}
			})
		}
	}
}

func call(f reflect.Value, in []reflect.Value) []reflect.Value {
	if f.Type().IsVariadic() {
		return f.CallSlice(in)
	}
	return f.Call(in)
}

// tunedFile is a golden of training, whose file holds an optimizer's state.
func tunedFile(t *testing.T, name string) string {
	era := strings.TrimSuffix(strings.TrimPrefix(name, "tuned_"), filepath.Ext(name))
	files, err := filepath.Glob("../testdata/training/*_" + era + filepath.Ext(name))
	require.NoError(t, err)
	for _, f := range files {
		m, err := Load(f)
		if err == nil && len(m.Origin().Optimizer) > 0 && len(m.Root().Layers()) > 1 {
			if _, err := m.WithHead(Softplus); err == nil {
				return f
			}
		}
	}
	t.Fatalf("no golden with an optimizer's state for %s", name)
	return ""
}

// picture shows everything that a model holds.
func picture(m *Model) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n%v\n%v\n%v\n", m.config, m.inputs, m.outputs, m.slots)
	o := *m.origin
	fmt.Fprintf(&b, "%q %q %d %q %q %q\n%q\n%q\n%q\n%v\n%q\n", o.File, o.Format, o.Era, o.KerasVersion, o.Backend, o.Class,
		o.Config, o.TrainingConfig, o.Metadata, o.Assets, o.Notes)
	for _, s := range slices.Concat(m.origin.Optimizer) {
		fmt.Fprintf(&b, "%v\n", s)
	}
	for _, w := range m.weights {
		fmt.Fprintf(&b, "%+v %v %v\n", w.Weight, w.FileName, w.Value.Shape())
		if w.Value.DType() == runtime.Float32 {
			fmt.Fprintf(&b, "%x\n", w.Value.Float32s())
		}
		if w.Stored != nil {
			fmt.Fprintf(&b, "%v\n", *w.Stored)
		}
	}
	return b.String()
}
