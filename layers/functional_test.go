package layers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/layers"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
)

// decodeModel makes a model of JSON in the Keras 3 spelling.
func decodeModel(t *testing.T, text string) (layers.Model, []layers.Problem) {
	t.Helper()
	var spec any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&spec))
	d := &layers.Decoder{}
	m, _ := d.Layer(spec).(layers.Model)
	return m, d.Problems
}

func tensorRef(layer string, node int) string {
	return fmt.Sprintf(`{"class_name":"__keras_tensor__","config":{"keras_history":[%q,%d,0]}}`, layer, node)
}

func denseSpec(name string, units int, calls ...string) string {
	nodes := make([]string, len(calls))
	for i, c := range calls {
		nodes[i] = fmt.Sprintf(`{"args":[%s],"kwargs":{}}`, c)
	}
	return fmt.Sprintf(`{"class_name":"Dense","config":{"name":%q,"units":%d},"name":%q,"inbound_nodes":[%s]}`, name, units, name, strings.Join(nodes, ","))
}

func inputSpec(name string, size int) string {
	return fmt.Sprintf(`{"class_name":"InputLayer","config":{"name":%q,"batch_shape":[null,%d]},"name":%q,"inbound_nodes":[]}`, name, size, name)
}

func functionalSpec(name, in, out string, layers ...string) string {
	return fmt.Sprintf(`{"class_name":"Functional","config":{"name":%q,"layers":[%s],"input_layers":%s,"output_layers":%s},"name":%q}`,
		name, strings.Join(layers, ","), in, out, name)
}

func TestFunctionalWiring(t *testing.T) {
	// b stands before a in the file, though it is called on a's output, and a
	// is called twice.
	m, problems := decodeModel(t, functionalSpec("m", `[["x",0,0]]`, `{"late":["a",1,0],"early":["b",0,0]}`,
		inputSpec("x", 3), denseSpec("b", 3, tensorRef("a", 0)), denseSpec("a", 3, tensorRef("x", 0), tensorRef("b", 0))))
	require.Empty(t, problems)
	w, err := m.Build([]runtime.Shape{{-1, 3}})
	require.NoError(t, err)
	var paths, owners []string
	for _, v := range w {
		paths = append(paths, v.Path+":"+v.Name)
		owners = append(owners, v.Layer)
	}
	assert.Equal(t, []string{"layers/dense:kernel", "layers/dense:bias", "layers/dense_1:kernel", "layers/dense_1:bias"}, paths)
	assert.Equal(t, []string{"b", "b", "a", "a"}, owners)
	assert.Equal(t, []string{"early", "late"}, m.OutputNames(), "dictionaries are flattened by sorted keys")
	first, end := m.Owned(2)
	assert.Equal(t, [2]int{2, 4}, [2]int{first, end})

	// build makes a graph of what call makes of x and the weights.
	build := func(call func(b *runtime.Builder, x *runtime.Value, params []*runtime.Value) []*runtime.Value) *runtime.Graph {
		b := runtime.NewBuilder()
		x := b.Input("x", m.Inputs()[0].Type())
		params := make([]*runtime.Value, len(w))
		for i, v := range w {
			params[i] = b.ParameterOf(i, v.Type())
		}
		g, err := b.Graph(call(b, x, params)...)
		require.NoError(t, err)
		return g
	}
	got := build(func(b *runtime.Builder, x *runtime.Value, params []*runtime.Value) []*runtime.Value {
		c, _ := layers.NewCall(b, nil, params, false)
		out, err := m.Call(c, []layers.Tensor{{Value: x}})
		require.NoError(t, err)
		require.Len(t, out, 2)
		assert.Equal(t, runtime.Shape{-1, 3}, out[0].Shape)
		assert.Equal(t, "a", out[1].Scope())
		return []*runtime.Value{out[0].Value, out[1].Value}
	})
	want := build(func(b *runtime.Builder, x *runtime.Value, p []*runtime.Value) []*runtime.Value {
		early := b.Add(b.MatMul(b.Add(b.MatMul(x, p[2]), p[3]), p[0]), p[1])
		return []*runtime.Value{early, b.Add(b.MatMul(early, p[2]), p[3])}
	})
	assert.True(t, got.Equal(want), "b's weights make the early output, a's the late one")
}

func TestNestedModels(t *testing.T) {
	seq := `{"class_name":"Sequential","config":{"name":"seq","trainable":false,"layers":[{"class_name":"Dense","config":{"name":"d","units":2}}]},` +
		`"name":"seq","inbound_nodes":[{"args":[` + tensorRef("y", 0) + `],"kwargs":{}}]}`
	inner := functionalSpec("inner", `[["y",0,0]]`, `[["seq",0,0]]`, inputSpec("y", 3), seq)
	inner = strings.TrimSuffix(inner, "}") + `,"inbound_nodes":[{"args":[` + tensorRef("x", 0) + `],"kwargs":{}}]}`
	m, problems := decodeModel(t, functionalSpec("m", `[["x",0,0]]`, `[["top",0,0]]`, inputSpec("x", 3), inner, denseSpec("top", 1, tensorRef("inner", 0))))
	require.Empty(t, problems)
	w, err := m.Build([]runtime.Shape{{-1, 3}})
	require.NoError(t, err)
	require.Len(t, w, 4)
	assert.Equal(t, "layers/functional/layers/sequential/layers/dense", w[0].Path)
	assert.Equal(t, "inner/seq/d", w[0].Layer)
	assert.False(t, w[0].Trainable, "a frozen model freezes what is inside it")
	assert.True(t, w[2].Trainable)
}

func TestBrokenGraphs(t *testing.T) {
	x := inputSpec("x", 3)
	for name, test := range map[string]struct{ spec, want string }{
		"a cycle":          {functionalSpec("m", `[["x",0,0]]`, `[["a",0,0]]`, x, denseSpec("a", 3, tensorRef("b", 0)), denseSpec("b", 3, tensorRef("a", 0))), "no cycles"},
		"itself":           {functionalSpec("m", `[["x",0,0]]`, `[["a",0,0]]`, x, denseSpec("a", 3, tensorRef("a", 0))), "no cycles"},
		"no such layer":    {functionalSpec("m", `[["x",0,0]]`, `[["a",0,0]]`, x, denseSpec("a", 3, tensorRef("z", 0))), `"z", which is not there`},
		"no such call":     {functionalSpec("m", `[["x",0,0]]`, `[["a",7,0]]`, x, denseSpec("a", 3, tensorRef("x", 0))), `call 7 of layer "a", which has 1`},
		"a name twice":     {functionalSpec("m", `[["x",0,0]]`, `[["a",0,0]]`, x, denseSpec("a", 3, tensorRef("x", 0)), denseSpec("a", 3, tensorRef("x", 0))), `received "a" twice`},
		"a layer as input": {functionalSpec("m", `[["a",0,0]]`, `[["a",0,0]]`, denseSpec("a", 3, tensorRef("a", 0))), "no cycles"},
		"no outputs":       {functionalSpec("m", `[["x",0,0]]`, `[]`, x, denseSpec("a", 3, tensorRef("x", 0))), "at least one tensor"},
		"an unfed input":   {functionalSpec("m", `[]`, `[["x",0,0]]`, x), `"x" is missing`},
		"a bad history":    {functionalSpec("m", `[["x",0,0]]`, `[["a",0,0]]`, x, denseSpec("a", 3, `{"class_name":"__keras_tensor__","config":{"keras_history":["x"]}}`)), "keras_history must be"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := decodeModel(t, test.spec)
			require.NotEmpty(t, problems)
			assert.True(t, problems[0].Fatal)
			assert.Contains(t, problems[0].String(), test.want)
		})
	}
}

func TestMissingOutput(t *testing.T) {
	m, problems := decodeModel(t, functionalSpec("m", `[["x",0,0]]`, `[["a",0,3]]`, inputSpec("x", 3), denseSpec("a", 3, tensorRef("x", 0))))
	require.Empty(t, problems)
	_, err := m.Build([]runtime.Shape{{-1, 3}})
	require.ErrorContains(t, err, `output 3 of layer "a"`)
}

func TestDeepNestingIsRefused(t *testing.T) {
	spec := `{"class_name":"Dense","config":{"name":"d","units":1}}`
	for range layers.MaxNesting + 1 {
		spec = `{"class_name":"Sequential","config":{"name":"s","layers":[` + spec + `]}}`
	}
	_, problems := decodeModel(t, spec)
	require.NotEmpty(t, problems)
	assert.Contains(t, problems[0].String(), "nested deeper")
}

func TestSnakeCase(t *testing.T) {
	for class, want := range map[string]string{
		"Dense": "dense", "Conv2DTranspose": "conv2d_transpose", "LSTM": "lstm", "PReLU": "p_re_lu",
		"BatchNormalization": "batch_normalization", "MaxPooling2D": "max_pooling2d", "ELU": "elu", "LeakyReLU": "leaky_re_lu",
	} {
		assert.Equal(t, want, layers.SnakeCase(class))
	}
}
