package activations_test

import (
	"testing"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/stretchr/testify/require"
)

// The expected numbers are Keras 3.15's.
func TestActivationLayers(t *testing.T) {
	x := layertest.Floats([]int{1, 5}, -3, -0.5, 0, 2, 7)
	for _, c := range []struct {
		class, options string
		want           []float32
	}{
		{"Activation", `{"activation": "relu"}`, []float32{0, 0, 0, 2, 7}},
		{"Activation", `{"activation": "linear"}`, []float32{-3, -0.5, 0, 2, 7}},
		{"Activation", `{"activation": {"class_name": "ReLU", "config": {"max_value": 2}}}`, []float32{0, 0, 0, 2, 2}},
		{"ReLU", `{}`, []float32{0, 0, 0, 2, 7}},
		{"ReLU", `{"max_value": 6}`, []float32{0, 0, 0, 2, 6}},
		{"ReLU", `{"threshold": 2}`, []float32{0, 0, 0, 0, 7}}, // 2 itself is not above
		{"ReLU", `{"negative_slope": 0.5, "threshold": 2, "max_value": 5}`, []float32{-2.5, -1.25, -1, 0, 5}},
		{"LeakyReLU", `{}`, []float32{-0.9, -0.15, 0, 2, 7}},
		{"ELU", `{"alpha": 2}`, []float32{-1.9004259, -0.7869387, 0, 2, 7}},
		{"ThresholdedReLU", `{"theta": 2}`, []float32{0, 0, 0, 0, 7}},
		{"Softmax", `{}`, []float32{4.5060684e-05, 0.00054895, 0.00090507, 0.00668763, 0.9918133}},
		{"Identity", `{}`, []float32{-3, -0.5, 0, 2, 7}},
		{"Rescaling", `{"scale": [1, 2, 3, 4, 5], "offset": -1}`, []float32{-4, -2, -1, 7, 34}},
	} {
		require.InDeltaSlice(t, c.want, layertest.Apply(t, c.class, c.options, x), 1e-5, "%s %s", c.class, c.options)
	}
	require.InDeltaSlice(t, []float32{-0.3, -0.1, 0, 2, 7}, layertest.Apply(t, "PReLU", `{}`, x, layertest.Floats([]int{5}, 0.1, 0.2, 0.3, 0.4, 0.5)), 1e-6)
}

func TestWrongOptionsAreNamed(t *testing.T) {
	for _, c := range []struct{ class, options, want string }{
		{"ReLU", `{"max_value": -1}`, "max_value must be >= 0, received -1"},
		{"Dropout", `{"rate": 1.5}`, "rate must be between 0 and 1, received 1.5"},
		{"Flatten", `{"data_format": "sideways"}`, `data_format must be channels_last or channels_first, received "sideways"`},
		{"Permute", `{"dims": [1, 3]}`, "dims must be a permutation of 1 to 2, received [1 3]"},
		{"RepeatVector", `{"n": 0}`, "n must be >= 1, received 0"},
		{"Reshape", `{"target_shape": [-1, -1]}`, "target_shape must hold sizes and at most one -1, received [-1 -1]"},
		{"Rescaling", `{"scale": "big"}`, `must be a number or a rectangular list of numbers, received "big"`},
		{"Dot", `{"axes": [1, 2, 3]}`, "axes must be an integer or two, received [1 2 3]"},
		{"Activation", `{"activation": "fancy"}`, `no activation "fancy" is registered`},
		{"Dense", `{"units": 3, "dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int2", "source_name": "float32"}}}`, `mode must be int8, int4/BLOCK, float8, gptq/BITS/GROUP or awq/BITS/GROUP, received "int2"`},
		{"Dense", `{"units": 3, "dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int8", "source_name": "float32"}}, "quantization_config": {"class_name": "Int8QuantizationConfig", "config": {"activation_quantizer": {"class_name": "AbsMaxQuantizer", "config": {"value_range": [-8, 7]}}}}}`,
			`quantization_config: activation_quantizer={"class_name":"AbsMaxQuantizer","config":{"value_range":[-8,7]}}`},
		{"Activation", `{"frobnicate": 3}`, "unknown option frobnicate=3"},
	} {
		_, problems := layertest.Decode(t, c.class, c.options)
		require.NotEmpty(t, problems, c.class)
		require.Equal(t, c.want, problems[0].What)
	}
}

func TestLayerWithWeightsIsNoActivation(t *testing.T) {
	l, problems := layertest.Decode(t, "Activation", `{"activation": {"class_name": "PReLU", "config": {}}}`)
	require.Empty(t, problems)
	_, err := layertest.BuildAndCall(l, []int{-1, 3})
	require.ErrorContains(t, err, "activation PReLU has weights of its own")
}
