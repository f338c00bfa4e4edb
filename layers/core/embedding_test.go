package core_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// TestEmbeddingIndices: what Keras 3.15 and 2.15 answer on TensorFlow to indices at
// and beyond the ends of a table of three rows.
func TestEmbeddingIndices(t *testing.T) {
	for version, config := range map[string]string{
		"3": `{"class_name": "Sequential", "module": "keras", "config": {"name": "s", "layers": [
			{"class_name": "InputLayer", "module": "keras.layers", "config": {"name": "x", "batch_shape": [null, 2], "dtype": "int32"}},
			{"class_name": "Embedding", "module": "keras.layers", "config": {"name": "words", "input_dim": 3, "output_dim": 1}}]}}`,
		"2": `{"class_name": "Sequential", "keras_version": "2.15.0", "config": {"name": "s", "layers": [
			{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 2], "dtype": "int32"}},
			{"class_name": "Embedding", "config": {"name": "words", "input_dim": 3, "output_dim": 1}}]}}`,
	} {
		m, err := keras.FromConfig([]byte(config))
		require.NoError(t, err)
		table, err := runtime.TensorOf([]float32{10, 11, 12}, 3, 1)
		require.NoError(t, err)
		m, err = m.WithWeights([]*runtime.Tensor{table})
		require.NoError(t, err)
		p, err := m.Compile()
		require.NoError(t, err)
		ask := func(a, b int32) ([]float32, error) {
			x, err := runtime.TensorOf([]int32{a, b}, 1, 2)
			require.NoError(t, err)
			out, err := p.RunAll(t.Context(), []*runtime.Tensor{x})
			if err != nil {
				return nil, err
			}
			return out[0].Float32s(), nil
		}
		for _, beyond := range []int32{3, 7, -4} {
			_, err = ask(0, beyond)
			var shape *runtime.ShapeError
			require.ErrorAs(t, err, &shape, "Keras %s, %d", version, beyond)
			assert.Contains(t, err.Error(), "words")
			assert.Contains(t, err.Error(), "place 1")
		}
		last, err := ask(0, -1)
		if version == "2" {
			require.ErrorAs(t, err, new(*runtime.ShapeError))
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, []float32{10, 12}, last)
	}
}
