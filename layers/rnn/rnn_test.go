package rnn_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/layertest"
	"github.com/kerasrun/kerasrun/layers"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
)

// lstmWeights are those of an LSTM of 2 units on 3 features.
func lstmWeights() []*runtime.Tensor {
	return []*runtime.Tensor{layertest.Ramp(3, 8), layertest.Ramp(2, 8), layertest.Ramp(8)}
}

func TestRNNOfCellIsItsLayer(t *testing.T) {
	for class, w := range map[string][]*runtime.Tensor{
		"LSTM":      lstmWeights(),
		"GRU":       {layertest.Ramp(3, 6), layertest.Ramp(2, 6), layertest.Ramp(2, 6)},
		"SimpleRNN": {layertest.Ramp(3, 2), layertest.Ramp(2, 2), layertest.Ramp(2)},
	} {
		const options = `"units": 2, "use_bias": true`
		layer := layertest.Layer(t, class, `{"return_sequences": true, "return_state": true, `+options+`}`)
		rnn := layertest.Layer(t, "RNN", `{"return_sequences": true, "return_state": true, "cell": {"class_name": "`+class+`Cell", "config": {`+options+`}}}`)
		stacked := layertest.Layer(t, "RNN", `{"return_sequences": true, "return_state": true, "cell": {"class_name": "StackedRNNCells",
			"config": {"cells": [{"class_name": "`+class+`Cell", "config": {`+options+`}}]}}}`)
		for _, training := range []bool{false, true} {
			in := []*runtime.Tensor{layertest.Ramp(4, 5, 3)}
			want := layertest.Call(t, layer, training, w, in, nil, nil)
			for _, l := range []layers.Layer{rnn, stacked} {
				got := layertest.Call(t, l, training, w, in, nil, nil)
				require.Len(t, got.Out, len(want.Out))
				for i := range got.Out {
					assert.InDeltaSlice(t, want.Out[i].Float32s(), got.Out[i].Float32s(), 1e-6, "%s output %d", class, i)
				}
			}
		}
	}
}

func TestTimeMajor(t *testing.T) {
	for _, sequences := range []bool{false, true} {
		options := fmt.Sprintf(`"units": 2, "return_sequences": %t`, sequences)
		x := layertest.Ramp(4, 5, 3) // as (time, batch, features), then the other way
		swapped, _ := runtime.NewTensor(runtime.Float32, 5, 4, 3)
		for i := range 4 {
			for j := range 5 {
				copy(swapped.Float32s()[(j*4+i)*3:][:3], x.Float32s()[(i*5+j)*3:])
			}
		}
		l := layertest.Layer(t, "LSTM", `{"time_major": true, `+options+`}`)
		got := callTimeMajor(t, l, x)
		want := layertest.Call(t, layertest.Layer(t, "LSTM", `{`+options+`}`), false, lstmWeights(), []*runtime.Tensor{swapped}, nil, nil).Out[0]
		if !sequences {
			assert.Equal(t, want.Float32s(), got.Float32s())
			continue
		}
		for i := range 4 {
			for j := range 5 {
				assert.Equal(t, want.Float32s()[(j*4+i)*2:][:2], got.Float32s()[(i*5+j)*2:][:2])
			}
		}
	}
}

// callTimeMajor calls an LSTM on (time, batch, features), the batch unknown.
func callTimeMajor(t *testing.T, l layers.Layer, x *runtime.Tensor) *runtime.Tensor {
	b := runtime.NewBuilder()
	in := b.Input("", runtime.Type{Shape: runtime.Shape{x.Shape()[0], runtime.Unknown, x.Shape()[2]}})
	var params []*runtime.Value
	for i, w := range lstmWeights() {
		params = append(params, b.Parameter(i, w))
	}
	weights, err := l.Build([]runtime.Shape{in.Shape})
	require.NoError(t, err)
	c, _ := layers.NewCall(b, weights, params, false)
	out, err := l.Call(c, []layers.Tensor{{Value: in}})
	require.NoError(t, err)
	g, err := b.Graph(out[0].Value)
	require.NoError(t, err)
	p, err := runtime.Compile(g, runtime.Options{})
	require.NoError(t, err)
	y := make([]*runtime.Tensor, 1)
	require.NoError(t, p.Run(context.Background(), []*runtime.Tensor{x}, y))
	return y[0]
}

// TestMaskedFromTheStart holds what masked steps before the first that counts
// give: outputs of zero, while the state stays as the call set it.
func TestMaskedFromTheStart(t *testing.T) {
	in := []*runtime.Tensor{layertest.Ramp(1, 3, 3), layertest.Floats([]int{1, 2}, 0.5, -0.5), layertest.Floats([]int{1, 2}, 1, 2)}
	for _, training := range []bool{false, true} {
		l := layertest.Layer(t, "LSTM", `{"units": 2, "return_sequences": true, "return_state": true}`)
		got := layertest.Call(t, l, training, lstmWeights(), in, []*runtime.Tensor{layertest.Bools(false, false, false)}, nil)
		assert.Equal(t, make([]float32, 6), got.Out[0].Float32s())
		assert.Equal(t, []float32{0.5, -0.5}, got.Out[1].Float32s())
		assert.Equal(t, []float32{1, 2}, got.Out[2].Float32s())
		require.NotNil(t, got.Masks[0])
		assert.Nil(t, got.Masks[1], "states carry no mask")

		got = layertest.Call(t, l, training, lstmWeights(), in, []*runtime.Tensor{layertest.Bools(false, true, false)}, nil)
		y := got.Out[0].Float32s()
		assert.Equal(t, []float32{0, 0}, y[:2])
		assert.NotEqual(t, []float32{0, 0}, y[2:4])
		assert.Equal(t, y[2:4], y[4:], "a masked step repeats the output")
	}
}

// TestRecurrentDropout sees the masks through a cell that only copies: they are
// the same at every step, and what stays is scaled up.
func TestRecurrentDropout(t *testing.T) {
	const n = 64
	eye, _ := runtime.NewTensor(runtime.Float32, n, n)
	ones, _ := runtime.NewTensor(runtime.Float32, 2, 3, n)
	for i := range n {
		eye.Float32s()[i*n+i] = 1
	}
	for i := range ones.Float32s() {
		ones.Float32s()[i] = 1
	}
	zero, _ := runtime.NewTensor(runtime.Float32, n, n)
	options := fmt.Sprintf(`{"units": %d, "activation": "linear", "use_bias": false, "return_sequences": true, "dropout": 0.5}`, n)
	l := layertest.Layer(t, "SimpleRNN", options)
	y := layertest.Call(t, l, true, []*runtime.Tensor{eye, zero}, []*runtime.Tensor{ones}, nil, nil).Out[0].Float32s()
	kept := 0
	for i := range n {
		assert.Contains(t, []float32{0, 2}, y[i])
		assert.Equal(t, y[i], y[n+i], "another step")
		if y[i] != 0 {
			kept++
		}
	}
	assert.InDelta(t, n/2, kept, n/4)
	assert.NotEqual(t, y[:n], y[3*n:4*n], "another row")
	y = layertest.Call(t, l, false, []*runtime.Tensor{eye, zero}, []*runtime.Tensor{ones}, nil, nil).Out[0].Float32s()
	assert.Equal(t, ones.Float32s(), y, "inference drops nothing")

	// A state of which half is dropped each time: 1, then 2 where the mask lets
	// it, then 4.
	start, _ := runtime.NewTensor(runtime.Float32, 2, n)
	for i := range start.Float32s() {
		start.Float32s()[i] = 1
	}
	l = layertest.Layer(t, "SimpleRNN", fmt.Sprintf(`{"units": %d, "activation": "linear", "use_bias": false, "return_sequences": true, "recurrent_dropout": 0.5}`, n))
	y = layertest.Call(t, l, true, []*runtime.Tensor{zero, eye}, []*runtime.Tensor{ones, start}, nil, nil).Out[0].Float32s()
	for i := range n {
		assert.Contains(t, []float32{0, 2}, y[i])
		assert.Equal(t, 4*y[i], y[2*n+i])
	}
}

// addingCell is a cell of a caller's: it sums its inputs, and counts steps.
type addingCell struct{ layers.Common }

func (addingCell) StateShapes(step runtime.Shape) ([]runtime.Shape, error) {
	return []runtime.Shape{step[1:], {1}}, nil
}

func (addingCell) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	sum := c.Add(in[1].Value, in[0].Value)
	return []layers.Tensor{{Value: c.Neg(sum)}, {Value: sum}, {Value: c.Add(in[2].Value, c.Scalar(1))}}, nil
}

func TestCustomCell(t *testing.T) {
	layers.Register("Test>AddingCell", func() layers.Layer { return &addingCell{} })
	l := layertest.Layer(t, "RNN", `{"cell": {"class_name": "Test>AddingCell", "config": {}}, "return_sequences": true, "return_state": true, "go_backwards": true}`)
	got := layertest.Call(t, l, false, nil, []*runtime.Tensor{layertest.Floats([]int{1, 3, 1}, 1, 2, 4)}, nil, nil)
	assert.Equal(t, []float32{-4, -6, -7}, got.Out[0].Float32s(), "in the order of the steps")
	assert.Equal(t, []float32{7}, got.Out[1].Float32s())
	assert.Equal(t, []float32{3}, got.Out[2].Float32s())
}

func TestRecurrentPaths(t *testing.T) {
	const cell = `{"class_name": "LSTMCell", "config": {"name": "a", "units": 2}}, {"class_name": "LSTMCell", "config": {"name": "b", "units": 2}}`
	for _, c := range []struct{ class, options, path, layer string }{
		{"LSTM", `{"units": 2}`, "cell", "lstm_cell"},
		{"RNN", `{"cell": {"class_name": "StackedRNNCells", "config": {"name": "s", "cells": [` + cell + `]}}}`, "cell/cells/lstm_cell_1", "s/b"},
		{"Bidirectional", `{"layer": {"class_name": "GRU", "config": {"name": "gru", "units": 2}}}`, "backward_layer/cell", "backward_gru/gru_cell"},
		{"TimeDistributed", `{"layer": {"class_name": "Dense", "config": {"name": "d", "units": 2}}}`, "layer", "d"},
	} {
		w, err := layertest.Layer(t, c.class, c.options).Build([]runtime.Shape{{runtime.Unknown, 4, 3}})
		require.NoError(t, err)
		last := w[len(w)-1]
		assert.Equal(t, "bias", last.Name)
		assert.Equal(t, c.path, last.Path)
		assert.Equal(t, c.layer, last.Layer)
	}
}

func TestRecurrentProblems(t *testing.T) {
	for _, c := range []struct{ class, options, want string }{
		{"LSTM", `{"units": 0}`, "units must be between 1 and"},
		{"LSTM", `{"units": 1, "dropout": 1.5}`, "dropout must be between 0 and 1, received 1.5"},
		{"GRU", `{"units": 1, "recurrent_dropout": -1}`, "recurrent_dropout must be between 0 and 1, received -1"},
		{"RNN", `{}`, "cell must be a layer"},
		{"RNN", `{"cell": {"class_name": "Dense", "config": {"units": 1}}}`, "Dense is not a cell"},
		{"StackedRNNCells", `{}`, "at least one cell"},
		{"StackedRNNCells", `{"cells": [{"class_name": "Dense", "config": {"units": 1}}]}`, "Dense is not a cell"},
		{"TimeDistributed", `{}`, "layer must be a layer"},
		{"ConvLSTM2D", `{"kernel_size": 2}`, "filters must be between 1 and"},
		{"ConvLSTM2D", `{"filters": 2, "kernel_size": 0}`, "kernel_size"},
	} {
		_, problems := layertest.Decode(t, c.class, c.options)
		require.NotEmpty(t, problems, c.options)
		assert.Contains(t, fmt.Sprint(problems), c.want, "%s %s", c.class, c.options)
	}
	for _, c := range []struct {
		class, options string
		shape          runtime.Shape
	}{
		{"LSTM", `{"units": 1}`, runtime.Shape{-1, 3}},
		{"LSTM", `{"units": 1}`, runtime.Shape{-1, 3, -1}},
		{"LSTM", `{"units": 1}`, runtime.Shape{-1, 3, 4, 5}},
		{"ConvLSTM2D", `{"filters": 1, "kernel_size": 2}`, runtime.Shape{-1, 3, 4, 5}},
		{"TimeDistributed", `{"layer": {"class_name": "Dense", "config": {"units": 2}}}`, runtime.Shape{-1, 3}},
	} {
		_, err := layertest.Layer(t, c.class, c.options).Build([]runtime.Shape{c.shape})
		var shape *runtime.ShapeError
		require.ErrorAs(t, err, &shape, "%s on %s", c.class, c.shape)
	}
	l := layertest.Layer(t, "LSTM", `{"units": 2}`)
	b := runtime.NewBuilder()
	x := layers.Tensor{Value: b.Constant(layertest.Ramp(1, 3, 3))}
	weights, err := l.Build([]runtime.Shape{x.Shape})
	require.NoError(t, err)
	c, _ := layers.NewCall(b, weights, []*runtime.Value{b.Constant(layertest.Ramp(3, 8)), b.Constant(layertest.Ramp(2, 8)), b.Constant(layertest.Ramp(8))}, false)
	_, err = l.Call(c, []layers.Tensor{x, {Value: b.Constant(layertest.Ramp(1, 2))}})
	require.ErrorContains(t, err, "initial_state: wanted 2 tensors, received 1")
}
