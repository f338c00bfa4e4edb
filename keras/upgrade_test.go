package keras

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
)

// graph is a functional model of Keras 2.
func graph(in, out string, layers string) []byte {
	return fmt.Appendf(nil, `{"class_name": "Functional", "keras_version": "2.9.0", "config": {"name": "m", "layers": [%s], "input_layers": %s, "output_layers": %s}}`, layers, in, out)
}

func input2(name string, size int) string {
	return fmt.Sprintf(`{"class_name": "InputLayer", "config": {"name": %q, "batch_input_shape": [null, %d], "dtype": "float32", "sparse": false, "ragged": false}, "name": %q, "inbound_nodes": []}`, name, size, name)
}

func dense2(name string, units int, nodes string) string {
	return fmt.Sprintf(`{"class_name": "Dense", "config": {"name": %q, "units": %d}, "name": %q, "inbound_nodes": %s}`, name, units, name, nodes)
}

// upgraded returns the configurations of a model's layers by name.
func upgraded(t *testing.T, config []byte) (*Model, map[string]spelling.Spec) {
	t.Helper()
	m, err := FromConfig(config)
	require.NoError(t, err)
	out := map[string]spelling.Spec{}
	for _, e := range m.Config()["config"].(map[string]any)["layers"].([]any) {
		out[spelling.NameOf(e.(spelling.Spec))] = e.(spelling.Spec)
	}
	return m, out
}

func TestNodeIndicesOfNestedModels(t *testing.T) {
	inner := `{"class_name": "Functional", "config": {"name": "inner", "layers": [` + input2("y", 3) + `,` + dense2("d", 3, `[[["y", 0, 0, {}]]]`) +
		`], "input_layers": [["y", 0, 0]], "output_layers": [["d", 0, 0]]}, "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]], [["inner", %d, 0, {}]]]}`
	for _, first := range []int{0, 1} { // Keras 2 counts from 1, some of its models from 0
		m, _ := upgraded(t, graph(`[["x", 0, 0]]`, fmt.Sprintf(`[["inner", %d, 0]]`, first+1), input2("x", 3)+","+fmt.Sprintf(inner, first)))
		assert.Equal(t, "[[inner 1 0]]", fmt.Sprint(m.Config()["config"].(map[string]any)["output_layers"]))
		assert.Len(t, m.weights, 2, "called twice, but one set of weights")
	}
}

func TestOperationsOfKeras2(t *testing.T) {
	op := func(name, function, node string) string {
		return fmt.Sprintf(`{"class_name": "TFOpLambda", "config": {"name": %q, "trainable": true, "dtype": "float32", "function": %q}, "name": %q, "inbound_nodes": [%s]}`, name, function, name, node)
	}
	_, specs := upgraded(t, graph(`[["x", 0, 0]]`, `[["c", 0, 0], ["s", 0, 0], ["k", 0, 0], ["g", 0, 0]]`, input2("x", 4)+","+
		op("a", "math.multiply", `["x", 0, 0, {"y": 2.0, "name": null}]`)+","+
		op("b", "math.subtract", `["_CONSTANT_VALUE", -1, 1.0, {"y": ["a", 0, 0], "name": null}]`)+","+
		op("c", "concat", `[["a", 0, 0, {"axis": -1}], ["b", 0, 0, {"axis": -1}]]`)+","+
		op("k", "split", `["x", 0, 0, {"num_or_size_splits": [1, 3], "axis": 1}]`)+","+
		`{"class_name": "SlicingOpLambda", "config": {"name": "s", "function": "__operators__.getitem"}, "name": "s", "inbound_nodes": [["x", 0, 0, {"slice_spec": [{"start": null, "stop": null, "step": null}, 1]}]]},
		{"class_name": "TensorFlowOpLayer", "config": {"name": "g", "node_def": "{\"op\": \"RealDiv\", \"attr\": {}}", "constants": {"0": 3.0}}, "name": "g", "inbound_nodes": [[["x", 0, 0, {}]]]}`))
	args := func(name string) []any {
		return specs[name]["inbound_nodes"].([]any)[0].(map[string]any)["args"].([]any)
	}
	ref := func(v any) any { return v.(map[string]any)["config"].(map[string]any)["keras_history"].([]any)[0] }
	assert.Equal(t, "ops.Multiply", specs["a"]["class_name"])
	assert.Equal(t, "2.0", fmt.Sprint(args("a")[1]))
	assert.Equal(t, "1.0", fmt.Sprint(args("b")[0]), "a constant before the tensor")
	assert.Equal(t, "a", ref(args("b")[1]))
	assert.Equal(t, "b", ref(args("c")[0].([]any)[1]))
	assert.Equal(t, "-1", fmt.Sprint(specs["c"]["config"].(spelling.Spec)["axis"]))
	assert.Equal(t, []any{1}, specs["k"]["config"].(spelling.Spec)["indices_or_sections"], "sizes become places")
	assert.Equal(t, "ops.GetItem", specs["s"]["class_name"])
	assert.Equal(t, "ops.TrueDivide", specs["g"]["class_name"])
	assert.Equal(t, "3.0", fmt.Sprint(args("g")[0]))
}

func TestUnknownFunctionsAreNamed(t *testing.T) {
	_, err := FromConfig(graph(`[["x", 0, 0]]`, `[["a", 0, 0]]`, input2("x", 4)+
		`,{"class_name": "TFOpLambda", "config": {"name": "a", "function": "linalg.inv"}, "name": "a", "inbound_nodes": [["x", 0, 0, {}]]}`))
	var u *UnsupportedError
	require.ErrorAs(t, err, &u)
	assert.Contains(t, err.Error(), `layer "a" (TFOpLambda): TFOpLambda of the TensorFlow function linalg.inv`)
}

func TestOptionsOfKeras2(t *testing.T) {
	layers := `{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 5, 4], "dtype": "float32"}},
		{"class_name": "BatchNormalization", "config": {"name": "bn", "axis": [2], "fused": null, "renorm": false, "virtual_batch_size": null}},
		{"class_name": "LeakyReLU", "config": {"name": "leaky", "alpha": {"type": "ndarray", "value": 0.25}}},
		{"class_name": "LSTM", "config": {"name": "lstm", "units": 2, "recurrent_activation": "hard_sigmoid", "implementation": 2, "time_major": false, "return_sequences": true}},
		{"class_name": "GRU", "config": {"name": "gru", "units": 2, "recurrent_activation": "sigmoid"}}`
	_, specs := upgraded(t, []byte(`{"class_name": "Sequential", "keras_version": "2.2.4-tf", "config": {"name": "s", "layers": [`+layers+`]}}`))
	option := func(layer, key string) any { return specs[layer]["config"].(spelling.Spec)[key] }
	assert.Equal(t, "2", fmt.Sprint(option("bn", "axis")))
	assert.Equal(t, true, option("bn", "bessel"))
	assert.Equal(t, "0.25", fmt.Sprint(option("leaky", "negative_slope")))
	assert.Equal(t, "hard_sigmoid_keras2", option("lstm", "recurrent_activation"))
	assert.Equal(t, false, option("gru", "reset_after"), "missing where it did not exist yet")

	_, err := FromConfig([]byte(`{"class_name": "Sequential", "keras_version": "2.4.0", "config": {"name": "s", "layers": [
		{"class_name": "LSTM", "config": {"name": "lstm", "units": 2, "time_major": true, "batch_input_shape": [null, 5, 4]}}]}}`))
	require.ErrorContains(t, err, "time_major=true")
}

func TestInitialStateOfKeras2(t *testing.T) {
	_, specs := upgraded(t, graph(`[["x", 0, 0], ["h", 0, 0], ["c", 0, 0]]`, `[["lstm", 0, 0]]`,
		`{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 5, 4]}, "name": "x", "inbound_nodes": []},`+input2("h", 2)+","+input2("c", 2)+
			`,{"class_name": "LSTM", "config": {"name": "lstm", "units": 2, "recurrent_activation": "sigmoid"}, "name": "lstm", "inbound_nodes": [[["x", 0, 0, {}], ["h", 0, 0, {}], ["c", 0, 0, {}]]]}`))
	node := specs["lstm"]["inbound_nodes"].([]any)[0].(map[string]any)
	assert.Len(t, node["args"], 1)
	assert.Len(t, node["kwargs"].(map[string]any)["initial_state"], 2)
}

func TestSharedLayersAreOne(t *testing.T) {
	inner := `{"class_name": "Functional", "config": {"name": "inner", "layers": [` + input2("y", 3) + `,` + dense2("d", 3, `[[["y", 0, 0, {}]]]`) +
		`], "input_layers": [["y", 0, 0]], "output_layers": [["d", 0, 0]]}%s}`
	outer := `{"class_name": "Sequential", "config": {"name": "seq", "layers": [` + fmt.Sprintf(inner, "") + `]}, "name": "seq", "inbound_nodes": [[["x", 0, 0, {}]]]}`
	m, err := FromConfig(graph(`[["x", 0, 0]]`, `[["seq", 1, 0], ["inner", 1, 0]]`, input2("x", 3)+","+outer+","+
		fmt.Sprintf(inner, `, "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]]], "shared_object_id": 7`)))
	require.NoError(t, err)
	assert.Len(t, m.weights, 2)
	assert.Equal(t, []int{0, 1, 0, 1}, m.slots)

	m, err = FromConfig(graph(`[["x", 0, 0]]`, `[["seq", 1, 0], ["inner", 1, 0]]`, input2("x", 3)+","+outer+","+
		fmt.Sprintf(inner, `, "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]]]`)))
	require.NoError(t, err)
	assert.Len(t, m.weights, 4, "equal layers without an id are two")
}
