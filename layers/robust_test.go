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
	"BatchNormalization": `{"axis": 1}`, "MaxoutDense": `{"units": 2}`,
	"SeparableConv1D": `{"filters": 2, "kernel_size": 2}`, "Conv3DTranspose": `{"filters": 2, "kernel_size": 2}`,
	"ConvLSTM1D": `{"filters": 2, "kernel_size": 2}`, "ConvLSTM2D": `{"filters": 2, "kernel_size": 2}`, "ConvLSTM3D": `{"filters": 2, "kernel_size": 2}`,
	"LocallyConnected1D": `{"filters": 2, "kernel_size": 2}`, "LocallyConnected2D": `{"filters": 2, "kernel_size": 2, "implementation": 3}`,
	"STFTSpectrogram": `{"frame_length": 2}`, "ReversibleEmbedding": `{"input_dim": 3, "output_dim": 2}`,
	"LSTMCell": `{"units": 2}`, "GRUCell": `{"units": 2}`, "SimpleRNNCell": `{"units": 2}`,
	"RNN":             `{"cell": {"class_name": "GRUCell", "config": {"units": 2, "name": "gru"}}}`,
	"StackedRNNCells": `{"cells": [{"class_name": "SimpleRNNCell", "config": {"units": 2}}, {"class_name": "SimpleRNNCell", "config": {"units": 2}}]}`,
	"Bidirectional":   `{"layer": {"class_name": "LSTM", "config": {"units": 2}}}`,
	"TimeDistributed": `{"layer": {"class_name": "Dense", "config": {"units": 2}}}`,
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
				assert.NotPanics(t, func() { _, _ = tryLayer(l, shape, n, tried%2 == 0, tried%3 == 0) }, "%s on %d of %s", name, n, shape)
			}
		}
	}
	require.Greater(t, tried, 2000)
}

// TestWeightsAreAskedForByTheirNames calls every layer on shapes that fit some,
// with all options of its weights: no Call asks for a weight that Build did not
// name, and no name stands for two weights.
func TestWeightsAreAskedForByTheirNames(t *testing.T) {
	const none = runtime.Unknown
	shapes := []runtime.Shape{{none, 2}, {none, 3, 2}, {none, 4, 4, 2}, {none, 3, 4, 4, 2}, {none, 3, 4, 4, 4, 2}}
	variants := []string{``, `"use_scale": true, "score_mode": "concat"`, `"use_gate": true`, `"dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}}`}
	weighed := map[string]bool{} // layers with weights, and whether a call came to its end
	for _, name := range layers.Names() {
		for _, variant := range variants {
			options := strings.TrimSuffix(leastOptions[name], "}")
			if options == "" {
				options = "{"
			}
			if variant != "" && options != "{" {
				variant = ", " + variant
			}
			for _, shape := range shapes {
				for n := range 4 {
					l, problems := layertest.Decode(t, name, options+variant+"}")
					if len(problems) > 0 || l == nil {
						continue
					}
					weights, err := tryLayer(l, shape, n, n%2 == 0, false)
					seen := map[string]bool{}
					for _, w := range weights {
						assert.False(t, seen[w.Path+"/"+w.Name], "%s has two weights %s/%s", name, w.Path, w.Name)
						seen[w.Path+"/"+w.Name] = true
					}
					if err != nil {
						assert.NotContains(t, err.Error(), "no weight", "%s %s%s}", name, options, variant)
					}
					if len(weights) > 0 {
						weighed[l.Base().Class] = weighed[l.Base().Class] || err == nil
					}
				}
			}
		}
	}
	for class, called := range weighed {
		assert.True(t, called, "%s was never called with its weights", class)
	}
	require.Greater(t, len(weighed), 35)
}

// tryLayer builds a layer on n tensors and calls it, if that works.
func tryLayer(l layers.Layer, shape runtime.Shape, n int, training, masked bool) ([]layers.Weight, error) {
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
		return nil, err
	}
	var values []*runtime.Value
	for i, w := range weights {
		values = append(values, b.ParameterOf(i, w.Type()))
	}
	c, _ := layers.NewCall(b, weights, values, training)
	c = c.WithArguments(args, nil)
	if _, err := l.Call(c, in); err != nil {
		return weights, err
	}
	return weights, b.Err()
}
