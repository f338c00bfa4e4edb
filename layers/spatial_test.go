package layers_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
)

func TestSpatialOptionsRefused(t *testing.T) {
	for _, c := range []struct{ class, options, want string }{
		{"Conv2D", `{"kernel_size": 3}`, "filters must be >= 1, received 0"},
		{"Conv2D", `{"filters": 2, "kernel_size": [3, 3, 3]}`, "kernel_size must have 2 numbers, received 3"},
		{"Conv2D", `{"filters": 2}`, "kernel_size must have 2 numbers, received 0"},
		{"Conv2D", `{"filters": 2, "kernel_size": 3, "dilation_rate": 0}`, "dilation_rate must be >= 1, received 0"},
		{"Conv2D", `{"filters": 2, "kernel_size": 3, "padding": "causal"}`, `padding "causal"`},
		{"Conv1D", `{"filters": 2, "kernel_size": 3, "padding": "full"}`, `padding must be valid or same, received "full"`},
		{"Conv2D", `{"filters": 4, "kernel_size": 3, "groups": 3}`, "groups must be >= 1 and divide filters=4, received 3"},
		{"Conv2D", `{"filters": 4, "kernel_size": 3, "groups": 0}`, "groups must be >= 1"},
		{"Conv2D", `{"filters": 4, "kernel_size": 3, "data_format": "up"}`, "data_format must be"},
		{"Conv2D", `{"filters": 4, "kernel_size": 3, "wavelet": true}`, "unknown option wavelet=true"},
		{"Conv2DTranspose", `{"filters": 4, "kernel_size": 3, "groups": 2}`, "groups=2"},
		{"Conv2DTranspose", `{"filters": 4, "kernel_size": 3, "output_padding": -1}`, "output_padding must be >= 0, received -1"},
		{"DepthwiseConv2D", `{"kernel_size": 3, "depth_multiplier": 0}`, "depth_multiplier must be >= 1, received 0"},
		{"SeparableConv2D", `{"kernel_size": 3}`, "filters must be >= 1, received 0"},
		{"MaxPooling2D", `{"pool_size": 0}`, "pool_size must be >= 1, received 0"},
		{"AveragePooling1D", `{"padding": "causal"}`, `padding must be valid or same, received "causal"`},
		{"ZeroPadding2D", `{"padding": [[1, 1], [1, -1]]}`, "padding must be >= 0"},
		{"ZeroPadding2D", `{"padding": [[1, 1], 2]}`, "must be numbers or pairs of numbers"},
		{"ZeroPadding3D", `{"padding": [[1, 1], [2, 2]]}`, "padding must have a pair for each of 3 axes"},
		{"Cropping1D", `{"cropping": "x"}`, "must be numbers or pairs of numbers"},
		{"UpSampling2D", `{"interpolation": "gaussian"}`, `interpolation "gaussian"`},
		{"UpSampling3D", `{"size": [1, 0, 2]}`, "size must be >= 1, received 0"},
	} {
		t.Run(c.class+c.options, func(t *testing.T) {
			_, problems := layertest.Decode(t, c.class, c.options)
			require.Len(t, problems, 1)
			require.Contains(t, problems[0].What, c.want)
		})
	}
}

func TestSpatialInputsRefused(t *testing.T) {
	for _, c := range []struct {
		class, options string
		in             runtime.Shape
	}{
		{"MaxPooling2D", `{}`, runtime.Shape{-1, 5, 5}},
		{"MaxPooling2D", `{"pool_size": 6}`, runtime.Shape{-1, 5, 5, 2}},
		{"Cropping2D", `{"cropping": 3}`, runtime.Shape{-1, 6, 7, 2}},
		{"GlobalMaxPooling1D", `{}`, runtime.Shape{-1, 5}},
		{"UpSampling1D", `{}`, runtime.Shape{-1, 5, 5, 2}},
	} {
		t.Run(c.class, func(t *testing.T) {
			l, problems := layertest.Decode(t, c.class, c.options)
			require.Empty(t, problems)
			_, err := layertest.BuildAndCall(l, c.in)
			var e *runtime.ShapeError
			require.ErrorAs(t, err, &e)
		})
	}
	l, _ := layertest.Decode(t, "Conv2D", `{"filters": 4, "kernel_size": 3, "groups": 2}`)
	for _, in := range []runtime.Shape{{-1, 5, 5, 3}, {-1, 5, 5, -1}, {-1, 5, 5}} {
		_, err := l.Build([]runtime.Shape{in})
		require.Error(t, err)
	}
}

// TestCausalLooksBack holds that no output of a causal convolution sees a later step.
func TestCausalLooksBack(t *testing.T) {
	kernel := layertest.Floats([]int{2, 1, 1}, 10, 1)
	x := layertest.Floats([]int{1, 4, 1}, 1, 2, 3, 4)
	require.Equal(t, []float32{1, 2, 13, 24},
		layertest.Apply(t, "Conv1D", `{"filters": 1, "kernel_size": 2, "dilation_rate": 2, "padding": "causal", "use_bias": false}`, x, kernel))
}

// TestPoolingMasks holds which of these layers look at masks: the average over
// steps, alone. The others end the mask.
func TestPoolingMasks(t *testing.T) {
	x := layertest.Floats([]int{1, 3, 1}, 1, 2, 6)
	for class, want := range map[string]float32{"GlobalAveragePooling1D": 1.5, "GlobalMaxPooling1D": 6} {
		l, _ := layertest.Decode(t, class, `{}`)
		r := layertest.Call(t, l, false, nil, []*runtime.Tensor{x}, []*runtime.Tensor{layertest.Bools(true, true, false)}, nil)
		require.Equal(t, []float32{want}, r.Out[0].Float32s(), class)
		require.Nil(t, r.Masks[0])
	}
}

// TestOpenSizes calls a layer whose sizes are unknown until the call.
func TestOpenSizes(t *testing.T) {
	l, _ := layertest.Decode(t, "MaxPooling2D", `{"padding": "same"}`)
	shape, err := layertest.BuildAndCall(l, runtime.Shape{-1, -1, -1, 3})
	require.NoError(t, err)
	require.Equal(t, runtime.Shape{-1, -1, -1, 3}, shape)
}
