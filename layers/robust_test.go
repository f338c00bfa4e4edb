package layers_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/layertest"
	"github.com/kerasrun/kerasrun/layers"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
)

// leastOptions are those without which a layer is refused.
var leastOptions = map[string]string{
	"Dense": `{"units": 2}`, "Embedding": `{"input_dim": 3, "output_dim": 2}`, "EinsumDense": `{"equation": "ab,bc->ac", "output_shape": 2}`,
	"MultiHeadAttention": `{"num_heads": 2, "key_dim": 2}`, "GroupedQueryAttention": `{"num_query_heads": 2, "num_key_value_heads": 1, "head_dim": 2}`,
	"Dot": `{"axes": 1}`, "Permute": `{"dims": [2, 1]}`, "Reshape": `{"target_shape": [2, -1]}`, "RepeatVector": `{"n": 2}`, "Rescaling": `{"scale": 2}`,
	"GroupNormalization": `{"groups": 1}`, "LayerScale": `{"projection_dim": 2}`, "LSTM": `{"units": 2}`, "GRU": `{"units": 2}`, "SimpleRNN": `{"units": 2}`,
	"Conv1D": `{"filters": 2, "kernel_size": 2}`, "Conv2D": `{"filters": 2, "kernel_size": 2}`, "Conv3D": `{"filters": 2, "kernel_size": 2}`,
	"Conv1DTranspose": `{"filters": 2, "kernel_size": 2}`, "Conv2DTranspose": `{"filters": 2, "kernel_size": 2}`,
	"DepthwiseConv1D": `{"kernel_size": 2}`, "DepthwiseConv2D": `{"kernel_size": 2}`, "SeparableConv2D": `{"filters": 2, "kernel_size": 2}`,
	"BatchNormalization": `{"axis": 1}`,
}

// TestLayersDoNotPanic calls every layer on shapes that make no sense for it, in
// inference and in training, with and without a mask.
func TestLayersDoNotPanic(t *testing.T) {
	const none = runtime.Unknown
	shapes := []runtime.Shape{{}, {none}, {none, 0}, {none, 2}, {none, none}, {none, 3, 2}, {none, none, none}, {none, 2, 2, 2}, {none, 1, none, 2, 2}, {2, 2}}
	tried := 0
	for _, name := range layers.Names() {
		if strings.HasPrefix(name, "ops.") {
			continue
		}
		options := leastOptions[name]
		if options == "" {
			options = "{}"
		}
		for _, shape := range shapes {
			for n := range 4 {
				l, problems := layertest.Decode(t, name, options)
				if len(problems) > 0 || l == nil {
					continue
				}
				tried++
				assert.NotPanics(t, func() { tryLayer(l, shape, n, tried%2 == 0, tried%3 == 0) }, "%s on %d of %s", name, n, shape)
			}
		}
	}
	require.Greater(t, tried, 2000)
}

// tryLayer builds a layer on n tensors and calls it, if that works.
func tryLayer(l layers.Layer, shape runtime.Shape, n int, training, masked bool) {
	b := runtime.NewBuilder()
	in := make([]layers.Tensor, n)
	shapes := make([]runtime.Shape, n)
	args := make([]any, n)
	for i := range in {
		in[i].Value = b.Input("", runtime.Type{Shape: shape})
		if masked && len(shape) >= 2 {
			in[i].Mask = b.Input("", runtime.Type{DType: runtime.Bool, Shape: shape[:2]})
		}
		shapes[i], args[i] = shape, in[i]
	}
	weights, err := l.Build(shapes)
	if err != nil {
		return
	}
	var values []*runtime.Value
	for i, w := range weights {
		values = append(values, b.ParameterOf(i, w.Type()))
	}
	c, _ := layers.NewCall(b, values, training)
	c.Args, c.Kwargs = args, map[string]any{}
	_, _ = l.Call(c, in)
}
