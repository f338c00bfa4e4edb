package keras

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// layerJSON is a layer of a Functional that is called on these tensors, one call
// for each string.
func layerJSON(class, name, config string, calls ...string) string {
	nodes := make([]string, len(calls))
	for i, c := range calls {
		nodes[i] = fmt.Sprintf(`{"args": [%s], "kwargs": {}}`, c)
	}
	return fmt.Sprintf(`{"class_name": %q, "name": %q, "config": {"name": %q, %s}, "inbound_nodes": [%s]}`, class, name, name, config, strings.Join(nodes, ","))
}

// on refers to a tensor.
func on(layer string, at ...int) string {
	at = append(at, 0, 0)
	return fmt.Sprintf(`{"class_name": "__keras_tensor__", "config": {"keras_history": [%q, %d, %d]}}`, layer, at[0], at[1])
}

func functionalJSON(name, inputs, outputs string, layers ...string) string {
	return fmt.Sprintf(`{"class_name": "Functional", "config": {"name": %q, "layers": [%s], "input_layers": %s, "output_layers": %s}}`, name, strings.Join(layers, ","), inputs, outputs)
}

// twoTowers has two inputs and two outputs, a layer that is called twice, and a
// nested model that is too.
func twoTowers(t testing.TB) *Model {
	tower := strings.TrimSuffix(strings.TrimPrefix(functionalJSON("tower", `[["x", 0, 0]]`, `[["deep", 0, 0]]`,
		layerJSON("InputLayer", "x", `"batch_shape": [null, 4]`),
		layerJSON("Dense", "wide", `"units": 6, "activation": "relu"`, on("x")),
		layerJSON("Dense", "deep", `"units": 3`, on("wide"))), `{"class_name": "Functional", "config": {"name": "tower", `), "}}")
	m, err := FromConfig([]byte(functionalJSON("towers", `[["user", 0, 0], ["item", 0, 0]]`, `[["score", 0, 0], ["embedded", 0, 0]]`,
		layerJSON("InputLayer", "user", `"batch_shape": [null, 5]`),
		layerJSON("InputLayer", "item", `"batch_shape": [null, 4], "dtype": "int32"`),
		layerJSON("Embedding", "embedding", `"input_dim": 10, "output_dim": 2`, on("item")),
		layerJSON("Flatten", "flatten", `"data_format": "channels_last"`, on("embedding")),
		layerJSON("Dense", "embedded", `"units": 4`, on("flatten")),
		layerJSON("Dense", "narrowed", `"units": 4`, on("user")),
		layerJSON("Activation", "shared", `"activation": "tanh"`, on("embedded"), on("narrowed")),
		layerJSON("Functional", "tower", tower, on("shared", 0), on("shared", 1)),
		layerJSON("Concatenate", "both", `"axis": -1`, "["+on("tower", 0)+","+on("tower", 1)+"]"),
		layerJSON("Dense", "score", `"units": 1`, on("both")))))
	require.NoError(t, err)
	return randomized(t, m)
}

// randomized gives a model weights that are not zero.
func randomized(t testing.TB, m *Model) *Model {
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		v, err := runtime.TensorOf(normal(product(w.Shape)), w.Shape...)
		require.NoError(t, err)
		values = append(values, v)
	}
	m, err := m.WithWeights(values)
	require.NoError(t, err)
	return m
}

func tensor[T float32 | int32](t testing.TB, data []T, shape ...int) *runtime.Tensor {
	v, err := runtime.TensorOf(data, shape...)
	require.NoError(t, err)
	return v
}

func towerFeed(t testing.TB, rows int) runtime.Feed {
	items := make([]int32, rows*4)
	for i := range items {
		items[i] = int32(i % 10)
	}
	return runtime.Feed{"user": tensor(t, normal(rows*5), rows, 5), "item": tensor(t, items, rows, 4)}
}

func TestRunInto(t *testing.T) {
	p, err := twoTowers(t).Compile(Threads(1))
	require.NoError(t, err)
	for _, rows := range []int{1, 7, 300} {
		in := towerFeed(t, rows)
		want, err := p.Run(t.Context(), in)
		require.NoError(t, err)
		require.Len(t, want, 2)
		out := runtime.Feed{"score": tensor(t, make([]float32, rows), rows, 1), "embedded": tensor(t, make([]float32, 4*rows), rows, 4)}
		require.NoError(t, p.RunInto(t.Context(), out, in))
		for name := range want {
			assert.Equal(t, want[name].Float32s(), out[name].Float32s(), name)
		}
		ctx, cancel := context.WithCancel(t.Context())
		assert.Zero(t, testing.AllocsPerRun(20, func() { _ = p.RunInto(ctx, out, in) }), "%d rows", rows)
		cancel()
		require.ErrorIs(t, p.RunInto(ctx, out, in), context.Canceled)
	}
}

// TestContextForms: the same answers, no memory, and the context's error.
func TestContextForms(t *testing.T) {
	p, err := loadSeed(t).Compile(Threads(1))
	require.NoError(t, err)
	x := normal(52 * 9)
	want, err := p.Predict(x)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	got, err := p.PredictContext(ctx, x)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	dst := make([]float32, 9)
	require.NoError(t, p.PredictIntoContext(ctx, dst, x))
	assert.Equal(t, want, dst)
	assert.Zero(t, testing.AllocsPerRun(20, func() { _ = p.PredictIntoContext(ctx, dst, x) }))
	cancel()
	got, err = p.PredictContext(ctx, x)
	require.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, got)
	require.ErrorIs(t, p.PredictIntoContext(ctx, dst, x), context.Canceled)
}

// TestFeedErrors: everything that is wrong with the tensors of a call is told at
// once, by name.
func TestFeedErrors(t *testing.T) {
	p, err := twoTowers(t).Compile(Threads(1))
	require.NoError(t, err)
	fit := towerFeed(t, 2)
	const ports = "inputs: wanted user float32(None, 5), item int32(None, 4), received "
	for name, c := range map[string]struct {
		in   runtime.Feed
		want string
	}{
		"missing":         {runtime.Feed{"user": fit["user"]}, ports + `no "item"`},
		"nil":             {runtime.Feed{"user": fit["user"], "item": nil}, ports + `no "item"`},
		"extra":           {runtime.Feed{"user": fit["user"], "item": fit["item"], "z": fit["user"], "a": nil}, ports + `"a", which is none of them; "z", which is none of them`},
		"shape":           {runtime.Feed{"user": tensor(t, normal(8), 2, 4), "item": fit["item"]}, ports + `"user" as float32(2, 4)`},
		"rank":            {runtime.Feed{"user": tensor(t, normal(5), 5), "item": fit["item"]}, ports + `"user" as float32(5,)`},
		"type":            {runtime.Feed{"user": fit["user"], "item": tensor(t, normal(8), 2, 4)}, ports + `"item" as float32(2, 4)`},
		"all of it":       {runtime.Feed{"user": tensor(t, normal(8), 2, 4), "ietm": fit["item"]}, ports + `"user" as float32(2, 4); no "item"; "ietm", which is none of them`},
		"different batch": {runtime.Feed{"user": fit["user"], "item": towerFeed(t, 3)["item"]}, `input "item": wanted 2 rows, as in the first input, received 3 rows`},
	} {
		out, err := p.Run(t.Context(), c.in)
		require.EqualError(t, err, c.want, name)
		require.IsType(t, &runtime.ShapeError{}, err)
		assert.Nil(t, out)
	}
	good, err := p.Run(t.Context(), fit)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		out  runtime.Feed
		want string
	}{
		"missing": {runtime.Feed{"score": good["score"]}, `outputs: wanted score float32(None, 1), embedded float32(None, 4), received no "embedded"`},
		"extra":   {runtime.Feed{"score": good["score"], "embedded": good["embedded"], "x": nil}, `outputs: wanted score float32(None, 1), embedded float32(None, 4), received "x", which is none of them`},
		"rows":    {runtime.Feed{"score": good["score"], "embedded": tensor(t, normal(12), 3, 4)}, `output "embedded": wanted float32(2, 4), received float32(3, 4)`},
	} {
		require.EqualError(t, p.RunInto(t.Context(), c.out, fit), c.want, name)
	}
}

// TestProgramGivesCopies: what Inputs and Outputs return is the caller's.
func TestProgramGivesCopies(t *testing.T) {
	p, err := twoTowers(t).Compile()
	require.NoError(t, err)
	p.Inputs()[0].Name, p.Outputs()[0].Name = "changed", "changed"
	assert.Equal(t, "user", p.Inputs()[0].Name)
	assert.Equal(t, "score", p.Outputs()[0].Name)
}
