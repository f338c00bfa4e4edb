package train

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// TestKerasTraining trains every model in testdata/training as real Keras did
// and compares losses, metrics, weights and predictions.
func TestKerasTraining(t *testing.T) {
	files, err := filepath.Glob("../testdata/training/*.npz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".npz")
		if strings.HasPrefix(name, "callback_") { // see train/callbacks
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trainGolden(t, strings.TrimSuffix(f, ".npz"))
		})
	}
}

// loadGolden loads a golden's model, its data and what fit() was told.
func loadGolden(t *testing.T, base string) (*keras.Model, *Data, Config) {
	t.Helper()
	path := base + ".h5"
	if strings.HasSuffix(base, "_k3") {
		path = base + ".keras"
	}
	m, err := keras.Load(path)
	require.NoError(t, err)
	g := readGolden(t, base+".npz")
	config := Config{Epochs: g.int("epochs"), BatchSize: g.int("batch_size"), ValidationSplit: g.float("validation_split"), NoShuffle: true, Threads: 1}
	data := &Data{X: g.tensors("x_"), Y: g.tensors("y_")}
	for _, v := range g.numbers("sample_weight") {
		data.SampleWeight = append(data.SampleWeight, float32(v))
	}
	if w := g.numbers("class_weight"); w != nil {
		classes := map[int]float32{}
		for i, v := range w {
			classes[i] = float32(v)
		}
		config.ClassWeights = classes
	}
	if x := g.tensors("validation_x_"); len(x) > 0 {
		config.Validation = &Data{X: x, Y: g.tensors("validation_y_")}
	}
	return m, data, config
}

func trainGolden(t *testing.T, base string) {
	m, data, config := loadGolden(t, base)
	g := readGolden(t, base+".npz")
	h, err := Fit(context.Background(), m, data, config)
	require.NoError(t, err)

	want := map[string][]float64{}
	for k := range g {
		if n, ok := strings.CutPrefix(k, "hist_"); ok {
			width := 1 // of a metric that is several numbers
			if shape := g[k].Shape; len(shape) > 1 {
				width = shape[1]
			}
			for i, v := range g.numbers(k) {
				name := n
				if width > 1 {
					name = fmt.Sprintf("%s_%d", n, i%width)
				}
				want[name] = append(want[name], v)
			}
		}
	}
	for n, values := range want {
		require.Len(t, h.Epochs[n], len(values), "history has no %s: %v", n, h.Names)
		for e, v := range values {
			assert.InDelta(t, v, h.Epochs[n][e], 1e-5*math.Max(math.Abs(v), 1e-2), "%s, epoch %d", n, e+1)
		}
	}
	assert.Len(t, h.Epochs, len(want), "history has %v", h.Names)

	p, err := h.Model.Compile()
	require.NoError(t, err)
	out, err := p.RunAll(context.Background(), data.X)
	require.NoError(t, err)
	for i, w := range g.tensors("final_pred_") {
		close(t, w.Float32s(), out[i].Float32s(), "prediction")
	}
}

// close applies the tolerance for whole models: 1e-5·max(1, max|b|) + 1e-4·|b|.
func close(t *testing.T, want, got []float32, what string) {
	t.Helper()
	require.Len(t, got, len(want))
	m := 1.0
	for _, v := range want {
		m = math.Max(m, math.Abs(float64(v)))
	}
	for i, v := range want {
		if d := math.Abs(float64(v - got[i])); !(d <= 1e-5*m+1e-4*math.Abs(float64(v))) {
			t.Fatalf("%s %d: want %v, got %v", what, i, v, got[i])
		}
	}
}

type golden map[string]*npz.Array

func readGolden(t *testing.T, path string) golden {
	t.Helper()
	arrays, err := npz.ReadFile(path, npz.Limits{})
	require.NoError(t, err)
	g := golden{}
	for _, a := range arrays {
		g[a.Name] = a.Array
	}
	return g
}

func (g golden) numbers(key string) []float64 {
	if g[key] == nil {
		return nil
	}
	v, err := g[key].Float64s()
	if err != nil {
		panic(err)
	}
	return v
}

func (g golden) int(key string) int { return int(g.float(key)) }

func (g golden) float(key string) float64 {
	if v := g.numbers(key); len(v) > 0 {
		return v[0]
	}
	return 0
}

// tensors returns the arrays prefix0, prefix1, …
func (g golden) tensors(prefix string) (list []*runtime.Tensor) {
	for i := 0; ; i++ {
		a, ok := g[prefix+string(rune('0'+i))]
		if !ok {
			return list
		}
		var t *runtime.Tensor
		if strings.Contains(a.DType, "i") {
			v, _ := a.Int64s()
			c := make([]int32, len(v))
			for k, x := range v {
				c[k] = int32(x)
			}
			t, _ = runtime.TensorOf(c, a.Shape...)
		} else {
			v, _ := a.Float32s()
			t, _ = runtime.TensorOf(v, a.Shape...)
		}
		list = append(list, t)
	}
}
