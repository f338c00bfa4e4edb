package rnn_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/layertest"
	"github.com/kerasrun/kerasrun/layers"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
)

// TestTimeDistributedOpenLength runs a layer on sequences of unknown length.
func TestTimeDistributedOpenLength(t *testing.T) {
	l := layertest.Layer(t, "TimeDistributed", `{"layer": {"class_name": "Dense", "config": {"units": 2}}}`)
	w := []*runtime.Tensor{layertest.Floats([]int{1, 2}, 1, 10), layertest.Floats([]int{2}, 0, 5)}
	b := runtime.NewBuilder()
	x := b.Input("", runtime.Type{Shape: runtime.Shape{runtime.Unknown, runtime.Unknown, 1}})
	weights, err := l.Build([]runtime.Shape{x.Shape})
	require.NoError(t, err)
	c, _ := layers.NewCall(b, weights, []*runtime.Value{b.Constant(w[0]), b.Constant(w[1])}, false)
	out, err := l.Call(c, []layers.Tensor{{Value: x}})
	require.NoError(t, err)
	require.True(t, out[0].Shape.Equal(runtime.Shape{runtime.Unknown, runtime.Unknown, 2}))
	got := layertest.Call(t, l, false, w, []*runtime.Tensor{layertest.Floats([]int{2, 2, 1}, 1, 2, 3, 4)}, nil, nil)
	assert.Equal(t, []float32{1, 15, 2, 25, 3, 35, 4, 45}, got.Out[0].Float32s())
}

// TestTimeDistributedMasks hands masks of rank 3 to the inner layer. To Keras 2 a
// step counts if anything in it does; Keras 3 passes the mask on as it came.
func TestTimeDistributedMasks(t *testing.T) {
	for options, want := range map[string][]bool{"": {true, false, false, false}, `"keras2_masks": true, `: {true, false}} {
		l := layertest.Layer(t, "TimeDistributed", `{`+options+`"layer": {"class_name": "SimpleRNN", "config": {"units": 1, "activation": "linear", "use_bias": false}}}`)
		w := []*runtime.Tensor{layertest.Floats([]int{1, 1}, 1), layertest.Floats([]int{1, 1}, 1)}
		mask, err := runtime.TensorOf([]bool{true, false, false, false}, 1, 2, 2)
		require.NoError(t, err)
		x := layertest.Floats([]int{1, 2, 2, 1}, 1, 2, 3, 4)
		got := layertest.Call(t, l, false, w, []*runtime.Tensor{x}, []*runtime.Tensor{mask}, nil)
		assert.Equal(t, []float32{1, 0}, got.Out[0].Float32s())
		assert.Equal(t, want, got.Masks[0].Bools())
	}
}
