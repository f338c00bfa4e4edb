package keras

import (
	"encoding/binary"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

func load(t *testing.T, fixture string) *Model {
	m, err := Load(filepath.Join("../testdata/models/layers", fixture))
	require.NoError(t, err)
	return m
}

func modern(t *testing.T, m *Model) *Model {
	out, err := m.Modernize()
	require.NoError(t, err)
	return out
}

func TestModernizeLeavesKeras3Alone(t *testing.T) {
	m := load(t, "LSTM_last_k3.keras")
	assert.Same(t, m, modern(t, m))
}

func TestModernizeScalesWhatFeedsHardSigmoid(t *testing.T) {
	m := load(t, "LSTM_hard_sigmoid_k2.h5")
	out := modern(t, m)
	units := m.weights[1].Shape[0]
	for i, w := range m.weights {
		for k, x := range w.Value.Float32s() {
			want := x
			if gate := k % (4 * units) / units; gate != 2 { // i, f, c, o: all but the candidate
				want = float32(float64(x) * 1.2)
			}
			require.Equal(t, want, out.weights[i].Value.Float32s()[k], "%s[%d]", w.Name, k)
		}
	}
	assert.Contains(t, out.origin.Notes[0], "hard_sigmoid")
	assert.Empty(t, m.origin.Notes, "the old model stays as it is")
}

func TestModernizePutsAChainInThePlaceOfAnActivation(t *testing.T) {
	out := modern(t, load(t, "Activation_hard_sigmoid_k2.h5"))
	list := out.root.Layers()
	last := list[len(list)-1].Base()
	assert.Equal(t, "Sequential", last.Class)
	assert.Equal(t, "Activation", load(t, "Activation_hard_sigmoid_k2.h5").root.Layers()[len(list)-1].Base().Class)
}

func TestModernizeRefuses(t *testing.T) {
	_, err := load(t, "MultiHeadAttention_masked_k2.h5").Modernize()
	var u *UnsupportedError
	require.ErrorAs(t, err, &u)
	assert.Contains(t, err.Error(), `layer "multi_head_attention"`)

	m, err := FromConfig([]byte(`{"class_name": "Sequential", "keras_version": "2.2.4", "config": [
		{"class_name": "LSTM", "config": {"name": "a", "units": 2, "activation": "hard_sigmoid", "return_sequences": true, "batch_input_shape": [null, 3, 1]}},
		{"class_name": "LSTM", "config": {"name": "b", "units": 2, "activation": "hard_sigmoid"}}]}`))
	require.NoError(t, err)
	_, err = m.Modernize()
	require.ErrorAs(t, err, &u)
	assert.Len(t, u.Problems, 2, "everything at once")
}

// Operations that Keras 3 has in parts only become several nodes, and slashes,
// which its names must not hold, are replaced.
func TestModernizeWritesOperationsInParts(t *testing.T) {
	m, err := FromConfig([]byte(`{"class_name": "Functional", "keras_version": "2.9.0", "config": {"name": "f", "layers": [
		{"class_name": "InputLayer", "name": "a/x", "config": {"name": "a/x", "batch_input_shape": [null, 3, 2], "dtype": "float32"}, "inbound_nodes": []},
		{"class_name": "InputLayer", "name": "a_x", "config": {"name": "a_x", "batch_input_shape": [null, 3, 2], "dtype": "float32"}, "inbound_nodes": []},
		{"class_name": "TFOpLambda", "name": "d", "config": {"name": "d", "function": "math.squared_difference"}, "inbound_nodes": [["a/x", 0, 0, {"y": ["a_x", 0, 0]}]]},
		{"class_name": "TFOpLambda", "name": "p", "config": {"name": "p", "function": "linalg.matmul"}, "inbound_nodes": [["d", 0, 0, {"b": ["a_x", 0, 0], "transpose_b": true}]]}],
		"input_layers": [["a/x", 0, 0], ["a_x", 0, 0]], "output_layers": [["p", 0, 0]]}}`))
	require.NoError(t, err)
	out := modern(t, m)
	var classes, names []string
	for _, l := range out.root.Layers() {
		classes, names = append(classes, l.Base().Class), append(names, l.Base().Name)
	}
	assert.Equal(t, []string{"InputLayer", "InputLayer", "ops.Subtract", "ops.Square", "ops.Swapaxes", "ops.Matmul"}, classes)
	assert.Equal(t, []string{"a_x_1", "a_x", "d_difference", "d", "p_transpose_b", "p"}, names)
	x := [][]float32{{1, 2, 3, 4, 5, 6}, {6, 4, 1, 0, 2, 2}}
	assert.Equal(t, runOn(t, m, x), runOn(t, out, x))
}

func runOn(t *testing.T, m *Model, x [][]float32) []float32 {
	p, err := m.Compile()
	require.NoError(t, err)
	var in []*runtime.Tensor
	for _, values := range x {
		v, err := runtime.NewTensor(runtime.Float32, 1, 3, 2)
		require.NoError(t, err)
		copy(v.Float32s(), values)
		in = append(in, v)
	}
	out, err := p.RunAll(t.Context(), in)
	require.NoError(t, err)
	return out[0].Float32s()
}

func float32s(xs ...float32) (data []byte) {
	for _, x := range xs {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
	}
	return data
}

// A model with one layer of three inputs and two units: kernel (3, 2), bias (2).
const oneDense = `{"class_name": "Sequential", "keras_version": "2.2.4", "config": [
	{"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3]}}]}`

func TestModernizeOptimizers(t *testing.T) {
	iteration := Stored{Name: "iterations:0", DType: "int64", Shape: []int{}, Data: binary.LittleEndian.AppendUint64(nil, 7)}
	kernel := func(x float32) Stored {
		return Stored{DType: "float32", Shape: []int{3, 2}, Data: float32s(x, x, x, x, x, x)}
	}
	bias := func(x float32) Stored { return Stored{DType: "float32", Shape: []int{2}, Data: float32s(x, x)} }
	none := Stored{DType: "float32", Shape: []int{1}, Data: float32s(0)}
	for name, c := range map[string]struct {
		config string
		state  []Stored
		want   []float32 // the first number of each slot, nil when the state is left out
		rate   bool
	}{
		"Adam until 2.3: kinds apart, placeholders last": {`"class_name": "Adam", "config": {"lr": 0.5, "epsilon": null, "decay": 0.0}`,
			[]Stored{iteration, kernel(1), bias(2), kernel(3), bias(4), none, none}, []float32{1, 3, 2, 4}, true},
		"Adam from 2.11: side by side": {`"class_name": "Custom>Adam", "config": {"learning_rate": 0.5, "is_legacy_optimizer": false, "jit_compile": true}`,
			[]Stored{iteration, kernel(1), kernel(2), bias(3), bias(4)}, []float32{1, 2, 3, 4}, true},
		"SGD without momentum": {`"class_name": "Custom>SGD", "config": {"learning_rate": 0.5, "momentum": 0.0}`,
			[]Stored{iteration, kernel(1), bias(2)}, []float32{}, true},
		"RMSprop without a count":   {`"class_name": "RMSprop", "config": {"lr": 0.5}`, []Stored{kernel(1), bias(2)}, []float32{1, 2}, true},
		"a rate that decays":        {`"class_name": "SGD", "config": {"lr": 0.5, "momentum": 0.9, "decay": 0.1}`, []Stored{iteration, kernel(1), bias(2)}, []float32{1, 2}, false},
		"a state that does not fit": {`"class_name": "Adagrad", "config": {"lr": 0.5}`, []Stored{iteration, bias(1), bias(2)}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := FromConfig([]byte(oneDense))
			require.NoError(t, err)
			out := modern(t, m.WithTraining([]byte(`{"loss": "mse", "optimizer_config": {`+c.config+`}}`), c.state))
			if c.want == nil {
				assert.Empty(t, out.origin.Optimizer)
				require.Len(t, out.origin.Notes, 1)
				assert.Contains(t, out.origin.Notes[0], "state of the optimizer")
				return
			}
			first := 1
			if c.rate {
				first = 2
			}
			state := out.origin.Optimizer
			require.Len(t, state, first+len(c.want))
			if len(c.state) > 0 && c.state[0].Name == iteration.Name {
				assert.Equal(t, iteration.Data, state[0].Data)
			}
			for i, want := range c.want {
				assert.Equal(t, float32s(want), state[first+i].Data[:4])
			}
			if !c.rate {
				assert.Contains(t, string(out.origin.TrainingConfig), "InverseTimeDecay")
			}
		})
	}
}

func TestModernizeLossesAndMetrics(t *testing.T) {
	one := &modernTraining{outputs: 1}
	for _, c := range []struct{ old, want any }{
		{"kullback_leibler_divergence", "kl_divergence"},
		{"MSE", "mean_squared_error"},
		{[]any{"mae"}, "mean_absolute_error"},
		{map[string]any{"out": "logcosh"}, map[string]any{"out": "log_cosh"}},
		{map[string]any{"class_name": "function", "config": "huber_loss"}, "huber"},
		{map[string]any{"class_name": "BinaryCrossentropy", "config": map[string]any{"reduction": "auto", "from_logits": true, "fn": "x"}},
			map[string]any{"module": "keras.losses", "class_name": "BinaryCrossentropy", "registered_name": nil,
				"config": map[string]any{"reduction": "sum_over_batch_size", "from_logits": true}}},
	} {
		got, err := one.loss(c.old)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	_, err := one.loss("my_loss")
	assert.ErrorContains(t, err, "my_loss")

	assert.Equal(t, []any{"accuracy", "mean_absolute_error"}, one.metrics([]any{[]any{"acc", "mae"}}))
	wrapped := map[string]any{"class_name": "MeanMetricWrapper", "config": map[string]any{"name": "accuracy", "fn": "binary_accuracy"}}
	assert.Equal(t, []any{"accuracy"}, one.metrics([]any{wrapped, "my_metric"}), "its name stays")
	assert.Equal(t, []string{"my_metric"}, one.dropped)
	two := &modernTraining{outputs: 2}
	assert.Equal(t, []any{[]any{"accuracy"}, []any{}}, two.metrics([]any{[]any{"acc"}, nil}))
	assert.Nil(t, one.metrics(nil))
}

func TestModernizeDropsALossItDoesNotKnow(t *testing.T) {
	m, err := FromConfig([]byte(oneDense))
	require.NoError(t, err)
	out := modern(t, m.WithTraining([]byte(`{"loss": "my_loss", "optimizer_config": {"class_name": "Adam", "config": {"lr": 0.1}}}`), nil))
	assert.Empty(t, out.origin.TrainingConfig)
	require.Len(t, out.origin.Notes, 1)
	assert.Contains(t, out.origin.Notes[0], `"my_loss"`)
}
