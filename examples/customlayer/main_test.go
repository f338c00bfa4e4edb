package main

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// TestCustomLayer holds the answers that model.py prints.
func TestCustomLayer(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(&out, "model.keras"))
	assert.Equal(t, "0.3841 0.6159\n0.4850 0.5150\n0.4582 0.5418\n", out.String())
}

// TestCustomLayerTrains: the layer says nothing of gradients and has them.
func TestCustomLayerTrains(t *testing.T) {
	m, err := keras.Load("model.keras")
	require.NoError(t, err)
	x, err := runtime.TensorOf(rows, 3, 4)
	require.NoError(t, err)
	y, err := runtime.TensorOf([]float32{1, 0, 0, 1, 1, 0}, 3, 2)
	require.NoError(t, err)
	h, err := train.Fit(t.Context(), m, &train.Data{X: []*runtime.Tensor{x}, Y: []*runtime.Tensor{y}}, train.Config{Epochs: 20})
	require.NoError(t, err)
	assert.Less(t, h.Epochs["loss"][19], h.Epochs["loss"][0])
	for i, w := range m.Weights() {
		if w.Layer == "pool" {
			assert.NotEqual(t, w.Value.Float32s(), h.Model.Weights()[i].Value.Float32s(), w.Name)
		}
	}
}

func TestCustomLayerRefuses(t *testing.T) {
	const config = `{"class_name": "Sequential", "config": {"name": "m", "layers": [
		{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 4, 2]}},
		{"class_name": "AttentionPool", "module": "shop", "registered_name": "Shop>AttentionPool", "config": {"name": "pool", "temperature": %s}}]}}`
	for value, want := range map[string]string{
		`0`:            "temperature must be above 0, received 0",
		`"warm"`:       `temperature: must be a number, received "warm"`,
		`1, "cold": 2`: "unknown option cold=2",
	} {
		_, err := keras.FromConfig(fmt.Appendf(nil, config, value))
		assert.ErrorContains(t, err, want)
	}
	_, err := keras.FromConfig(fmt.Appendf(nil, config, "2"))
	assert.NoError(t, err)
}
