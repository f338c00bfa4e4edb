package keras_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// A session's calls go on from each other as those of a stateful Keras model do.
func TestSessionIsKeras(t *testing.T) {
	paths, err := filepath.Glob("../testdata/stateful/*.npz")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".npz"), func(t *testing.T) {
			answers, err := npz.ReadFile(path, npz.Limits{})
			require.NoError(t, err)
			resets, err := answers.Get("resets").Int64s()
			require.NoError(t, err)
			file := strings.TrimSuffix(path, ".npz") + ".keras"
			if strings.HasSuffix(path, "_keras2.npz") {
				file = strings.TrimSuffix(path, ".npz") + ".h5"
			}
			m, err := keras.Load(file)
			require.NoError(t, err)
			s, err := m.NewSession()
			require.NoError(t, err)
			for call := range answers.Get("input_0").Shape[0] {
				if slices.Contains(resets, int64(call)) {
					s.ResetStates()
				}
				in := runtime.Feed{}
				for i, p := range s.Inputs() {
					in[p.Name] = ofCall(t, answers.Get(fmt.Sprintf("input_%d", i)), call, p.DType)
				}
				out, err := s.Run(t.Context(), in)
				require.NoError(t, err)
				for i, p := range s.Outputs() {
					want := ofCall(t, answers.Get(fmt.Sprintf("output_%d", i)), call, runtime.Float32)
					require.InDeltaSlice(t, want.Float32s(), out[p.Name].Float32s(), 2e-6, "call %d, output %d", call, i)
				}
			}
		})
	}
}

// ofCall returns what an array with the calls as its first axis holds for one.
func ofCall(t *testing.T, a *npz.Array, call int, dtype runtime.DType) *runtime.Tensor {
	t.Helper()
	all, err := arrays.Tensor(a, dtype)
	require.NoError(t, err)
	one := all.Rows(call, call+1)
	one, err = one.Reshaped(one.Shape()[1:]...)
	require.NoError(t, err)
	return one
}

func TestSessionKeepsRows(t *testing.T) {
	m, err := keras.Load("../testdata/models/layers/LSTM_backwards_k3.keras")
	require.NoError(t, err)
	s, err := m.NewSession()
	require.NoError(t, err)
	require.NotEmpty(t, s.Inputs())

	m, err = keras.FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"batch_shape": [null, 2, 1], "name": "x"}},
		{"class_name": "SimpleRNN", "config": {"name": "rnn", "units": 2, "stateful": true}}]}}`))
	require.NoError(t, err)
	s, err = m.NewSession()
	require.NoError(t, err)
	run := func(rows int) error {
		x, err := runtime.NewTensor(runtime.Float32, rows, 2, 1)
		require.NoError(t, err)
		_, err = s.Run(t.Context(), runtime.Feed{"x": x})
		return err
	}
	require.NoError(t, run(2))
	var wrong *runtime.ShapeError
	require.ErrorAs(t, run(3), &wrong)
	require.NoError(t, run(2))
	s.ResetStates()
	require.NoError(t, run(3))
}
