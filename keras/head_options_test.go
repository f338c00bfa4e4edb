package keras

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// wide has three outputs in one tensor; the identity, so that its answers are the
// inputs.
func wide(t *testing.T, era string) *Model {
	t.Helper()
	config := map[string]string{
		"3": `{"class_name": "Sequential", "config": {"name": "s", "layers": [
			{"class_name": "InputLayer", "config": {"batch_shape": [null, 3], "dtype": "float32", "name": "x"}},
			{"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "linear"}}]}}`,
		"2": `{"class_name": "Sequential", "config": {"name": "s", "layers": [
			{"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "linear", "batch_input_shape": [null, 3]}}]}, "keras_version": "2.15.0"}`,
	}[era]
	m, err := FromConfig([]byte(config))
	require.NoError(t, err)
	values := []*runtime.Tensor{m.Weights()[0].Value.Clone(), m.Weights()[1].Value}
	for i := range 3 {
		values[0].Float32s()[4*i] = 1
	}
	m, err = m.WithWeights(values)
	require.NoError(t, err)
	return m
}

var steepRows = []float32{-3, -2, -1, 0, 0.5, 1, 2, 40, 300, -300, -1000, 90}

func TestHeadOfColumns(t *testing.T) {
	for _, era := range []string{"2", "3"} {
		m, err := wide(t, era).WithHeads(HeadOptions{Columns: map[int]Head{0: Exp, 2: Sigmoid}, Append: true})
		require.NoError(t, err)
		y := predict(t, m, steepRows)
		for i, x := range steepRows {
			want := float64(x)
			switch i % 3 {
			case 0:
				want = math.Exp(want)
			case 2:
				want = 1 / (1 + math.Exp(-want))
			}
			if want > math.MaxFloat32 {
				assert.True(t, math.IsInf(float64(y[i]), 1), "column %d of %g", i%3, x)
				continue
			}
			assert.InDelta(t, want, y[i], 1e-6*math.Max(1, math.Abs(want)), "column %d of %g", i%3, x)
		}
		assert.Equal(t, "heads", m.Outputs()[0].Name)
	}
}

func TestHeadRange(t *testing.T) {
	for _, c := range []struct {
		o    HeadOptions
		want func(x float64) float64
	}{
		{HeadOptions{Head: Sigmoid, Range: [2]float64{0, 250}}, func(x float64) float64 { return 250 / (1 + math.Exp(-x)) }},
		{HeadOptions{Head: ShiftedTanh, Range: [2]float64{-2, 3}}, func(x float64) float64 { return 2.5*math.Tanh(x) + 0.5 }},
		{HeadOptions{Head: ReLU, Range: [2]float64{1, 4}}, func(x float64) float64 { return math.Min(math.Max(x, 0), 3) + 1 }},
		{HeadOptions{Head: Abs, Range: [2]float64{2, inf}}, func(x float64) float64 { return math.Abs(x) + 2 }},
		{HeadOptions{Head: Softplus, Beta: 4}, func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-4*math.Abs(x)))/4 }},
		{HeadOptions{Head: Softplus, Beta: 0.1, Range: [2]float64{5, inf}}, func(x float64) float64 { return 5 + math.Max(x, 0) + 10*math.Log1p(math.Exp(-math.Abs(x)/10)) }},
		{HeadOptions{Columns: map[int]Head{0: Sigmoid, 1: Sigmoid, 2: Sigmoid}, Range: [2]float64{0.1, 0.7}}, func(x float64) float64 { return 0.1 + 0.6/(1+math.Exp(-x)) }},
	} {
		for _, era := range []string{"2", "3"} {
			c.o.Append = true
			m, err := wide(t, era).WithHeads(c.o)
			require.NoError(t, err)
			for i, y := range predict(t, m, steepRows) {
				want := c.want(float64(steepRows[i]))
				assert.InDelta(t, want, y, 2e-6*math.Max(1, math.Abs(want)), "%v at %g", c.o, steepRows[i])
				if c.o.Range != [2]float64{} {
					assert.True(t, float64(y) >= c.o.Range[0] && float64(y) <= c.o.Range[1], "%v at %g: %g", c.o, steepRows[i], y)
				}
			}
			again, err := m.WithHead(Square)
			require.NoError(t, err, "a head with options can be replaced by another")
			assert.Equal(t, float32(9), predict(t, again, steepRows)[0])
		}
	}
}

func TestHeadOptionsAreChecked(t *testing.T) {
	for want, o := range map[string]HeadOptions{
		"head must be one of relu":                           {Columns: map[int]Head{0: "gelu"}},
		"a head for column 3 needs an output with that many": {Columns: map[int]Head{3: Exp}},
		"wanted a head, or heads of columns":                 {Head: ReLU, Columns: map[int]Head{0: Exp}},
		"beta is an option of softplus, received head exp":   {Head: Exp, Beta: 2},
		"beta must be above 0, received -2":                  {Head: Softplus, Beta: -2},
		"range must have a finite lower end":                 {Head: Sigmoid, Range: [2]float64{3, 3}},
		"exp has no upper end":                               {Head: Exp, Range: [2]float64{0, 3}},
		"sigmoid has an upper end: wanted a finite range":    {Head: Sigmoid, Range: [2]float64{0, inf}},
		`has no output "e"`:                                  {Head: Sigmoid, Output: "e"},
	} {
		_, err := wide(t, "3").WithHeads(o)
		assert.ErrorContains(t, err, want)
	}
}

// A head on one output of two, by name; what the file was compiled with goes on to
// mean that output, whatever its layer is called now.
func TestHeadOnANamedOutput(t *testing.T) {
	for _, file := range []string{"two_outputs_k2.h5", "two_outputs_k3.keras"} {
		m, err := Load("../testdata/training/" + file)
		require.NoError(t, err)
		_, err = m.WithHead(ReLU)
		assert.ErrorContains(t, err, "a head needs the name of one of the outputs: ")
		for at, port := range m.Outputs() {
			h, err := m.WithHeads(HeadOptions{Head: Square, Output: port.Name, Append: true})
			require.NoError(t, err)
			before, after := runBoth(t, m), runBoth(t, h)
			for i := range before {
				for k, v := range before[i].Float32s() {
					if i != at {
						assert.Equal(t, v, after[i].Float32s()[k])
					} else {
						assert.GreaterOrEqual(t, after[i].Float32s()[k], float32(0))
					}
				}
			}
			if now := h.Outputs()[at].Name; now != port.Name {
				assert.NotContains(t, string(h.Origin().TrainingConfig), `"`+port.Name+`":`)
				if old := string(m.Origin().TrainingConfig); len(old) > 0 {
					assert.Equal(t, strings.Count(old, `"`+port.Name+`":`), strings.Count(string(h.Origin().TrainingConfig), `"`+now+`":`))
				}
			}
		}
	}
}

func runBoth(t *testing.T, m *Model) []*runtime.Tensor {
	t.Helper()
	p, err := m.Compile()
	require.NoError(t, err)
	feed := runtime.Feed{}
	for _, in := range m.Inputs() {
		x, err := runtime.NewTensor(in.DType, append([]int{4}, in.Shape[1:]...)...)
		require.NoError(t, err)
		for i := range x.Float32s() {
			x.Float32s()[i] = float32(math.Sin(float64(i)))
		}
		feed[in.Name] = x
	}
	out, err := p.Run(t.Context(), feed)
	require.NoError(t, err)
	var list []*runtime.Tensor
	for _, o := range m.Outputs() {
		list = append(list, out[o.Name])
	}
	return list
}

// Where the head changes the order of the weights, an optimizer's state, which has
// that order, would be taken for that of others.
func TestHeadDropsTheStateOfReorderedWeights(t *testing.T) {
	m, err := Load("../testdata/training/two_outputs_k3.keras")
	require.NoError(t, err)
	require.Equal(t, []string{"value", "sign"}, []string{m.Outputs()[0].Name, m.Outputs()[1].Name})
	m = m.WithTraining(m.Origin().TrainingConfig, []Stored{{Name: "iteration", DType: "int64", Data: make([]byte, 8)}})
	h, err := m.WithHeads(HeadOptions{Head: Square, Output: "value", Append: true})
	require.NoError(t, err)
	assert.Len(t, h.Origin().Optimizer, 1, "value is before sign as it was")
	h, err = m.WithHeads(HeadOptions{Head: Square, Output: "sign"})
	require.NoError(t, err)
	assert.Empty(t, h.Origin().Optimizer)
	assert.Contains(t, h.Origin().Notes[0], "the optimizer's state is left out")
	assert.Equal(t, "sign", h.Weights()[2].Layer, "the furthest from the outputs first")
}

// A loss given by the output's name is found again when the head behind it gives the
// output another.
func TestHeadKeepsTheLossOfItsOutput(t *testing.T) {
	m := wide(t, "3").WithTraining([]byte(`{"optimizer": "sgd", "loss": {"d": "mse"}, "metrics": {"d": ["mae"]}, "loss_weights": null}`), nil)
	h, err := m.AppendHead(Softplus)
	require.NoError(t, err)
	assert.JSONEq(t, `{"optimizer": "sgd", "loss": {"softplus": "mse"}, "metrics": {"softplus": ["mae"]}, "loss_weights": null}`, string(h.Origin().TrainingConfig))
}

// A head in the place of an activation that others see would change these too.
func TestHeadRefusesASharedActivation(t *testing.T) {
	m, err := FromConfig([]byte(`{"class_name": "Functional", "config": {"name": "f", "layers": [
		{"class_name": "InputLayer", "name": "x", "config": {"batch_shape": [null, 3], "dtype": "float32", "name": "x"}, "inbound_nodes": []},
		{"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2, "activation": "tanh"}, "inbound_nodes": [{"args": [
			{"class_name": "__keras_tensor__", "config": {"shape": [null, 3], "dtype": "float32", "keras_history": ["x", 0, 0]}}], "kwargs": {}}]},
		{"class_name": "Dense", "name": "e", "config": {"name": "e", "units": 2, "activation": "tanh"}, "inbound_nodes": [{"args": [
			{"class_name": "__keras_tensor__", "config": {"shape": [null, 2], "dtype": "float32", "keras_history": ["d", 0, 0]}}], "kwargs": {}}]}],
		"input_layers": ["x", 0, 0], "output_layers": [["d", 0, 0], ["e", 0, 0]]}}`))
	require.NoError(t, err)
	_, err = m.WithHeads(HeadOptions{Head: ReLU, Output: "d"})
	assert.ErrorContains(t, err, `what the last layer, "d", gives goes into "e" too`)
	_, err = m.WithHeads(HeadOptions{Head: ReLU, Output: "e"})
	assert.NoError(t, err)
}

// Keras keeps a Functional's layers in an order of its own; the files that it wrote
// have it.
func TestSortKeepsTheOrderOfKeras(t *testing.T) {
	sorted := 0
	for _, pattern := range []string{"../testdata/models/*/*.h5", "../testdata/models/*/*.keras", "../testdata/training/*.keras"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			m, err := Load(file)
			if err != nil || m.Origin().Era < 2 || m.Origin().Class == "Sequential" {
				continue
			}
			e, err := m.edit()
			require.NoError(t, err)
			list, _ := e.layers(e.root)
			names := func() (out []string) {
				for _, l := range list {
					// Inputs of named arguments are met in the order of the call, which a
					// decoded object does not keep. They have no weights.
					if spec := l.(map[string]any); spec["class_name"] != "InputLayer" {
						out = append(out, headName(spec))
					}
				}
				return out
			}
			before := names()
			e.sort(list)
			assert.Equal(t, before, names(), file)
			sorted++
		}
	}
	assert.Greater(t, sorted, 100)
}
