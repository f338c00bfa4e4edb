package serve

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

const (
	seedFile   = "../testdata/models/seed/seed_k3.keras"
	twoFile    = "../testdata/models/layers/Add_two_k3.keras"
	tokensFile = "../testdata/models/layers/Embedding_plain_k3.keras"
)

// served returns models of these files, by name.
func served(t testing.TB, o Options, files map[string]string) *Models {
	t.Helper()
	m := NewModels(o)
	for name, file := range files {
		require.NoError(t, m.Open(name, file))
	}
	return m
}

func program(t testing.TB, file string) *keras.Program {
	t.Helper()
	m, err := keras.Load(file)
	require.NoError(t, err)
	p, err := m.Compile()
	require.NoError(t, err)
	return p
}

// ask makes one request of a handler.
func ask(t testing.TB, h http.Handler, method, path, body string) (status int, answer string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	data, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)
	return w.Code, strings.TrimSpace(string(data))
}

// rows makes a tensor of so many rows, all different.
func rows(t testing.TB, n, width int, seed float32) *runtime.Tensor {
	t.Helper()
	data := make([]float32, n*width)
	for i := range data {
		data[i] = (float32((i*7919+13)%1000)/500 - 1) * seed
	}
	x, err := runtime.TensorOf(data, n, width)
	require.NoError(t, err)
	return x
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
	require.NoError(t, os.WriteFile(to+".tmp", data, 0o644))
	require.NoError(t, os.Rename(to+".tmp", to))
}

func nan32() float32 { return float32(math.NaN()) }

func inf32() float32 { return float32(math.Inf(1)) }

func negativeZero() float32 { return float32(math.Copysign(0, -1)) }

// alteredSeed writes the seed model with other weights.
func alteredSeed(t testing.TB, path string) string {
	t.Helper()
	m, err := keras.Load(seedFile)
	require.NoError(t, err)
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		v := w.Value.Clone()
		for i := range v.Float32s() {
			v.Float32s()[i] *= .5
		}
		values = append(values, v)
	}
	m, err = m.WithWeights(values)
	require.NoError(t, err)
	require.NoError(t, m.Save(path))
	return path
}
