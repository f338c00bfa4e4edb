package rnn_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
)

// TestBidirectionalOnMask compares with the two layers run by hand: masked steps
// give zeros both ways, whatever the option of the inner layer.
func TestBidirectionalOnMask(t *testing.T) {
	const options = `"units": 2, "return_sequences": true, "zero_output_for_mask": true`
	x, mask := layertest.Ramp(1, 4, 3), layertest.Bools(true, false, true, false)
	one := func(more string) []float32 {
		return layertest.Call(t, layertest.Layer(t, "LSTM", `{`+options+more+`}`), false, lstmWeights(), []*runtime.Tensor{x}, []*runtime.Tensor{mask}, nil).Out[0].Float32s()
	}
	forward, backward := one(""), one(`, "go_backwards": true`)
	l := layertest.Layer(t, "Bidirectional", `{"merge_mode": "sum", "layer": {"class_name": "LSTM", "config": {"units": 2, "return_sequences": true}}}`)
	got := layertest.Call(t, l, false, append(lstmWeights(), lstmWeights()...), []*runtime.Tensor{x}, []*runtime.Tensor{mask}, nil)
	y := got.Out[0].Float32s()
	for i := range 4 {
		for k := range 2 {
			assert.InDelta(t, forward[2*i+k]+backward[2*(3-i)+k], y[2*i+k], 1e-6, "step %d", i)
		}
	}
	assert.Equal(t, []float32{0, 0}, y[2:4])
	assert.Equal(t, mask.Bools(), got.Masks[0].Bools())
}

// TestBidirectionalStates hands the first half of the states forward.
func TestBidirectionalStates(t *testing.T) {
	l := layertest.Layer(t, "Bidirectional", `{"merge_mode": null, "layer": {"class_name": "SimpleRNN", "config": {"units": 1, "activation": "linear", "use_bias": false, "return_state": true}}}`)
	w := func(x, h float32) []*runtime.Tensor {
		return []*runtime.Tensor{layertest.Floats([]int{1, 1}, x), layertest.Floats([]int{1, 1}, h)}
	}
	in := []*runtime.Tensor{layertest.Floats([]int{1, 2, 1}, 1, 2), layertest.Floats([]int{1, 1}, 100), layertest.Floats([]int{1, 1}, 1000)}
	got := layertest.Call(t, l, false, append(w(1, 1), w(1, 2)...), in, nil, nil)
	require.Len(t, got.Out, 4)
	assert.Equal(t, []float32{103}, got.Out[0].Float32s())
	assert.Equal(t, []float32{4005}, got.Out[1].Float32s())
	assert.Equal(t, []float32{103}, got.Out[2].Float32s())
	assert.Equal(t, []float32{4005}, got.Out[3].Float32s())
}

func TestBidirectionalProblems(t *testing.T) {
	const lstm = `{"class_name": "LSTM", "config": {"units": 1%s}}`
	plain := fmt.Sprintf(lstm, "")
	for options, want := range map[string]string{
		`{}`: "a layer must be an object",
		`{"layer": {"class_name": "Dense", "config": {"units": 1}}}`:                                                            "other than Keras' recurrent ones",
		`{"layer": ` + plain + `, "merge_mode": "max"}`:                                                                         `merge_mode must be sum, mul, ave, concat or null, received "max"`,
		`{"layer": ` + plain + `, "backward_layer": ` + plain + `}`:                                                             "different ways",
		`{"layer": ` + plain + `, "backward_layer": ` + fmt.Sprintf(lstm, `, "go_backwards": true, "return_state": true`) + `}`: "return_state",
	} {
		_, problems := layertest.Decode(t, "Bidirectional", options)
		require.NotEmpty(t, problems, options)
		assert.Contains(t, fmt.Sprint(problems), want, options)
	}
}

// TestBidirectionalNested decodes layers nested deep in cells: each level holds
// the one below once, though it would run it twice.
func TestBidirectionalNested(t *testing.T) {
	spec := `{"class_name": "LSTM", "config": {"units": 1}}`
	for range 28 {
		spec = `{"class_name": "RNN", "config": {"cell": {"class_name": "Bidirectional", "config": {"layer": ` + spec + `}}}}`
	}
	_, problems := layertest.Decode(t, "Bidirectional", `{"layer": `+spec+`}`)
	assert.NotEmpty(t, problems)
}
