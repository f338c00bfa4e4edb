package rnn_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
)

// TestConvLSTMChannelsFirst compares with channels_last: with a spatial axis of
// size 1 on an input of one channel both lie alike in memory.
func TestConvLSTMChannelsFirst(t *testing.T) {
	w := []*runtime.Tensor{layertest.Ramp(2, 1, 8), layertest.Ramp(2, 2, 8), layertest.Ramp(8)}
	last := layertest.Layer(t, "ConvLSTM1D", `{"filters": 2, "kernel_size": 2, "padding": "same", "return_sequences": true, "return_state": true}`)
	first := layertest.Layer(t, "ConvLSTM1D", `{"filters": 2, "kernel_size": 2, "padding": "same", "return_sequences": true, "return_state": true, "data_format": "channels_first"}`)
	for _, training := range []bool{false, true} {
		want := layertest.Call(t, last, training, w, []*runtime.Tensor{layertest.Ramp(2, 3, 4, 1)}, nil, nil)
		got := layertest.Call(t, first, training, w, []*runtime.Tensor{layertest.Ramp(2, 3, 1, 4)}, nil, nil)
		for i, out := range got.Out {
			a, b := want.Out[i], out
			lead := a.Len() / 8
			for r := range lead {
				for p := range 4 {
					for c := range 2 {
						assert.InDelta(t, a.Float32s()[r*8+p*2+c], b.Float32s()[r*8+c*4+p], 1e-6, "output %d", i)
					}
				}
			}
		}
	}
}

// TestConvLSTMDropout trains with masks for each gate: numbers, and others each
// time it is built into a model.
func TestConvLSTMDropout(t *testing.T) {
	w := []*runtime.Tensor{layertest.Ramp(2, 1, 8), layertest.Ramp(2, 2, 8), layertest.Ramp(8)}
	l := layertest.Layer(t, "ConvLSTM1D", `{"filters": 2, "kernel_size": 2, "dropout": 0.4, "recurrent_dropout": 0.4}`)
	x := []*runtime.Tensor{layertest.Ramp(2, 3, 4, 1)}
	inference := layertest.Call(t, l, false, w, x, nil, nil).Out[0].Float32s()
	training := layertest.Call(t, l, true, w, x, nil, nil).Out[0].Float32s()
	assert.Len(t, training, len(inference))
	assert.NotEqual(t, inference, training)
}
