package keras_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/trial"
	"github.com/kerasrun/kerasrun/keras"
)

// one is a Sequential of an input of this shape and one layer.
func one(shape, class, config string) string {
	return fmt.Sprintf(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"name": "in", "batch_shape": %s}},
		{"class_name": %q, "config": {"name": "l", %s}}]}}`, shape, class, config)
}

// Sizes that a configuration only has to name are refused before any memory is
// taken for them.
func TestSizesThatNoMachineHas(t *testing.T) {
	const row, line, image = `[null, 4]`, `[null, 8, 4]`, `[null, 8, 8, 4]`
	for name, config := range map[string]string{
		"units":                 one(row, "Dense", `"units": 1099511627776`),
		"units, 31 bits":        one(row, "Dense", `"units": 2147483647`),
		"units of a float":      one(row, "Dense", `"units": 1e300`),
		"input shape":           one(`[null, 1099511627776]`, "Flatten", `"data_format": "channels_last"`),
		"input product":         one(`[null, 2147483647, 2147483647, 2147483647]`, "Flatten", `"data_format": "channels_last"`),
		"batch size":            one(`[2147483647, 2147483647]`, "Activation", `"activation": "relu"`),
		"vocabulary":            one(`[null, 4]`, "Embedding", `"input_dim": 2147483647, "output_dim": 2147483647`),
		"filters":               one(image, "Conv2D", `"filters": 2147483647, "kernel_size": [3, 3]`),
		"kernel size":           one(image, "Conv2D", `"filters": 1, "kernel_size": [2147483647, 2147483647]`),
		"dilation":              one(image, "Conv2D", `"filters": 1, "kernel_size": [3, 3], "dilation_rate": [2147483647, 1], "padding": "same"`),
		"stride":                one(image, "Conv2D", `"filters": 1, "kernel_size": [3, 3], "strides": [2147483647, 1]`),
		"transposed stride":     one(image, "Conv2DTranspose", `"filters": 1, "kernel_size": [3, 3], "strides": [1073741824, 1073741824]`),
		"depth multiplier":      one(image, "DepthwiseConv2D", `"depth_multiplier": 2147483647, "kernel_size": [3, 3]`),
		"pool size":             one(`[null, 8, 8, 8, 4]`, "MaxPooling3D", `"pool_size": [1073741824, 1073741824, 1073741824], "strides": [1, 1, 1], "padding": "same"`),
		"padding":               one(image, "ZeroPadding2D", `"padding": [[1099511627776, 0], [0, 0]]`),
		"padding, 30 bits":      one(image, "ZeroPadding2D", `"padding": [[1073741824, 1073741824], [1073741824, 0]]`),
		"up-sampling":           one(image, "UpSampling2D", `"size": [1073741824, 1073741824]`),
		"up-sampling, bilinear": one(image, "UpSampling2D", `"size": [65536, 65536], "interpolation": "bilinear"`),
		"repeats":               one(row, "RepeatVector", `"n": 1099511627776`),
		"repeats, 31 bits":      one(row, "RepeatVector", `"n": 2147483647`),
		"target shape":          one(row, "Reshape", `"target_shape": [4294967296, 4294967296, 4]`),
		"target shape, wrapped": one(row, "Reshape", `"target_shape": [65536, 65536, 65536, 65536, -1]`),
		"heads": `{"class_name": "Functional", "config": {"name": "f", "layers": [
			{"class_name": "InputLayer", "name": "in", "config": {"name": "in", "batch_shape": [null, 8, 4]}, "inbound_nodes": []},
			{"class_name": "MultiHeadAttention", "name": "l", "config": {"name": "l", "num_heads": 2147483647, "key_dim": 2147483647}, "inbound_nodes": [
				{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["in", 0, 0]}}, {"class_name": "__keras_tensor__", "config": {"keras_history": ["in", 0, 0]}}], "kwargs": {}}]}],
			"input_layers": [["in", 0, 0]], "output_layers": [["l", 0, 0]]}}`,
		"recurrent units": one(line, "LSTM", `"units": 2147483647`),
	} {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			_, err := keras.FromConfig([]byte(config))
			assert.Less(t, allocated()-before, uint64(1<<20))
			require.Error(t, err)
			assert.Contains(t, []string{"FormatError", "LimitError", "UnsupportedError"}, trial.Kind(err), "%T %v", err, err)
			t.Log(err)
		})
	}
}

// A model whose layers call models that call models runs out of calls, not of
// time.
func TestCallsWithinCalls(t *testing.T) {
	model := func(name, class, config string) string {
		layer := func(in string, node int) string {
			return fmt.Sprintf(`{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": [%q, %d, 0]}}], "kwargs": {}}`, in, node)
		}
		return fmt.Sprintf(`{"name": %q, "layers": [
			{"class_name": "InputLayer", "name": "in", "config": {"name": "in", "batch_shape": [null, 4]}, "inbound_nodes": []},
			{"class_name": %q, "name": "l", "config": %s, "inbound_nodes": [%s, %s, %s, %s]}],
			"input_layers": [["in", 0, 0]], "output_layers": [["l", 3, 0]]}`, name, class, config, layer("in", 0), layer("l", 0), layer("l", 1), layer("l", 2))
	}
	config := model("m0", "Activation", `{"name": "a", "activation": "relu"}`)
	for i := 1; i < 30; i++ {
		config = model(fmt.Sprint("m", i), "Functional", config)
	}
	_, err := keras.FromConfig([]byte(`{"module": "keras", "class_name": "Functional", "config": ` + config + `}`))
	var limit *keras.LimitError
	require.ErrorAs(t, err, &limit)
	assert.Equal(t, "Nodes", limit.Limit)
}

// A limit that a model reaches is named, and one above it lets the model in.
func TestActivationLimit(t *testing.T) {
	config := []byte(one(`[null, 1]`, "RepeatVector", `"n": 1000`))
	_, err := keras.FromConfig(config, keras.WithLimits(keras.Limits{ActivationBytes: 3999}))
	var limit *keras.LimitError
	require.ErrorAs(t, err, &limit)
	assert.Equal(t, "ActivationBytes", limit.Limit)
	assert.Equal(t, uint64(4000), limit.Asked)
	assert.Equal(t, "l", limit.Path)
	m, err := keras.FromConfig(config, keras.WithLimits(keras.Limits{ActivationBytes: 4000}))
	require.NoError(t, err)

	p, err := m.Compile(keras.Memory(5000))
	require.NoError(t, err)
	_, err = p.Predict([]float32{1})
	require.NoError(t, err)
	_, err = p.Predict([]float32{1, 2})
	require.ErrorContains(t, err, "by Memory")
	assert.Equal(t, "ShapeError", trial.Kind(err))
}

func TestWeightLimit(t *testing.T) {
	config := []byte(one(`[null, 10]`, "Dense", `"units": 100`))
	_, err := keras.FromConfig(config, keras.WithLimits(keras.Limits{WeightBytes: 4399}))
	var limit *keras.LimitError
	require.ErrorAs(t, err, &limit)
	assert.Equal(t, "WeightBytes", limit.Limit)
	assert.Equal(t, uint64(4400), limit.Asked)
	_, err = keras.FromConfig(config, keras.WithLimits(keras.Limits{WeightBytes: 4400}))
	require.NoError(t, err)
}

// Building is not quadratic in the layers.
func TestLongChain(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "InputLayer", "config": {"name": "in", "batch_shape": [null, 4]}}`)
	for i := range 20_000 {
		fmt.Fprintf(&b, `, {"class_name": "Activation", "config": {"name": "l%d", "activation": "relu"}}`, i)
	}
	b.WriteString(`]}}`)
	start := time.Now()
	_, err := keras.FromConfig([]byte(b.String()))
	require.NoError(t, err)
	t.Log(time.Since(start))
}
