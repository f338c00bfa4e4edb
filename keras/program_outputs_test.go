package keras

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// run compiles a model for these outputs and runs it.
func run(t *testing.T, m *Model, in runtime.Feed, names ...string) runtime.Feed {
	t.Helper()
	p, err := m.Compile(Outputs(names...))
	require.NoError(t, err)
	out, err := p.Run(t.Context(), in)
	require.NoError(t, err)
	return out
}

func TestOutputsOfSequential(t *testing.T) {
	m := loadSeed(t)
	var names []string
	for _, l := range m.Root().Layers() {
		names = append(names, l.Base().Name)
	}
	p, err := m.Compile(Outputs(names...))
	require.NoError(t, err)
	x := tensor(t, normal(3*52), 3, 52)
	out, err := p.Run(t.Context(), runtime.Feed{p.Inputs()[0].Name: x})
	require.NoError(t, err)
	require.Len(t, out, len(names))
	assert.Equal(t, x.Float32s(), out[names[0]].Float32s(), "the input is a layer, too")
	whole, err := m.Compile()
	require.NoError(t, err)
	y, err := whole.Predict(x.Float32s())
	require.NoError(t, err)
	assert.Equal(t, y, out[names[len(names)-1]].Float32s())
	for i, port := range p.Outputs() {
		assert.Equal(t, names[i], port.Name)
		assert.Equal(t, out[names[i]].Shape()[1:], port.Shape[1:])
	}

	// The layer's own formula, on what the layer before it gives.
	activation := names[len(names)-1]
	before := out[names[len(names)-2]].Float32s()
	for i, v := range before {
		assert.InDelta(t, math.Tanh(float64(v)), out[activation].Float32s()[i], 1e-6)
	}
	features, err := m.Compile(Outputs(names[1]))
	require.NoError(t, err)
	y, err = features.Predict(x.Float32s())
	require.NoError(t, err)
	assert.Equal(t, out[names[1]].Float32s(), y)
	all, _ := whole.Memory()
	part, _ := features.Memory()
	assert.Less(t, part, all, "what stands behind the features is not there")
}

func TestOutputsOfFunctional(t *testing.T) {
	m := twoTowers(t)
	in := towerFeed(t, 2)
	out := run(t, m, in, "score", "both", "shared[0]", "shared[1]", "tower[0]", "tower[1]", "tower[0]/deep", "tower[1]/wide", "embedding[0][0]", "embedded")
	require.Len(t, out, 10)
	assert.Equal(t, out["tower[0]"].Float32s(), out["tower[0]/deep"].Float32s())
	joined := append(append([]float32{}, out["tower[0]"].Float32s()[:3]...), out["tower[1]"].Float32s()[:3]...)
	assert.Equal(t, joined, out["both"].Float32s()[:6])
	assert.NotEqual(t, out["shared[0]"].Float32s(), out["shared[1]"].Float32s())
	for i, v := range out["embedded"].Float32s() {
		assert.InDelta(t, math.Tanh(float64(v)), out["shared[0]"].Float32s()[i], 1e-6)
	}
	assert.Equal(t, runtime.Shape{2, 6}, out["tower[1]/wide"].Shape())
	assert.Equal(t, runtime.Shape{2, 4, 2}, out["embedding[0][0]"].Shape())
	whole, err := m.Compile()
	require.NoError(t, err)
	want, err := whole.Run(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, want["score"].Float32s(), out["score"].Float32s())

	// Inputs that no output needs are not asked for.
	user, err := m.Compile(Outputs("tower[1]"))
	require.NoError(t, err)
	require.Len(t, user.Inputs(), 1)
	y, err := user.Predict(in["user"].Float32s())
	require.NoError(t, err)
	assert.Equal(t, out["tower[1]"].Float32s(), y)
}

func TestOutputsOfSeveralTensors(t *testing.T) {
	m, err := FromConfig([]byte(functionalJSON("f", `[["x", 0, 0]]`, `[["lstm", 0, 0], ["lstm", 0, 2]]`,
		layerJSON("InputLayer", "x", `"batch_shape": [null, 3, 2]`),
		layerJSON("LSTM", "lstm", `"units": 4, "return_sequences": true, "return_state": true`, on("x")))))
	require.NoError(t, err)
	m = randomized(t, m)
	p, err := m.Compile()
	require.NoError(t, err)
	assert.Equal(t, []string{"lstm", "lstm_1"}, []string{p.Outputs()[0].Name, p.Outputs()[1].Name}, "no output hides another")
	in := runtime.Feed{"x": tensor(t, normal(6), 1, 3, 2)}
	both, err := p.Run(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, both, 2)

	out := run(t, m, in, "lstm[0][0]", "lstm[0][1]", "lstm[0][2]")
	assert.Equal(t, both["lstm"].Float32s(), out["lstm[0][0]"].Float32s())
	assert.Equal(t, both["lstm_1"].Float32s(), out["lstm[0][2]"].Float32s())
	assert.Equal(t, out["lstm[0][0]"].Float32s()[8:], out["lstm[0][1]"].Float32s(), "the last step is the state")

	_, err = m.Compile(Outputs("lstm"))
	assert.EqualError(t, err, `output "lstm" could be any of "lstm[0][0]", "lstm[0][1]", "lstm[0][2]"`)
}

func TestOutputsThatAreNot(t *testing.T) {
	m := twoTowers(t)
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"scores"}, `the model has no output "scores"; nearest are "score"`},
		{[]string{"wide"}, `the model has no output "wide"; nearest are "tower[0]/wide", "tower[1]/wide"`},
		{[]string{"shared"}, `output "shared" could be any of "shared[0]", "shared[1]"`},
		{[]string{"tower/deep"}, `output "tower/deep" could be any of "tower[0]/deep", "tower[1]/deep"`},
		{[]string{"shared[2]"}, `the model has no output "shared[2]"; nearest are "shared[0]", "shared[1]"`},
		{[]string{"both/part"}, `the model has no output "both/part", for what is inside layer "both" has no output of its own; nearest are "both"`},
		{[]string{"both", "both"}, `Outputs is given "both" twice`},
		{nil, "Outputs must be given at least one name"},
		{[]string{"a", "both", "b"}, "the model has no output \"a\"; nearest are"},
	} {
		_, err := m.Compile(Outputs(c.names...))
		require.Error(t, err)
		assert.Contains(t, err.Error(), c.want)
	}
	_, err := m.Compile(Outputs("scores", "tower/deep"))
	var name *NameError
	require.ErrorAs(t, err, &name)
	assert.Equal(t, "scores", name.Name)
	assert.Contains(t, err.Error(), "\noutput \"tower/deep\"", "both are told")

	_, err = m.Freeze("wied")
	require.ErrorAs(t, err, &name)
	assert.Contains(t, err.Error(), `the model has no layer "wied"; nearest are "wide"`)
}

// TestManyNames: what is said of a name takes no time that grows faster than the
// model.
func TestManyNames(t *testing.T) {
	ports := make([]Port, 200_000)
	for i := range ports {
		ports[i].Name = "same"
	}
	distinctNames(ports)
	assert.Equal(t, "same_199999", ports[199_999].Name)
	ports = []Port{{Name: "a"}, {Name: "a_1"}, {Name: "a"}, {Name: "a"}}
	distinctNames(ports)
	assert.Equal(t, []Port{{Name: "a"}, {Name: "a_1"}, {Name: "a_2"}, {Name: "a_3"}}, ports)

	names := make([]string, 1_000_000)
	for i := range names {
		names[i] = "layer_" + strconv.Itoa(i)
	}
	assert.Equal(t, "layer_1", near("layer 1", names)[0])
}
