package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("SimpleRNN", func() layers.Layer { return &SimpleRNN{simpleRNN: simpleRNN{newGates()}} })
}

// SimpleRNN feeds its output back as its state
// (keras/src/layers/rnn/simple_rnn.py).
type SimpleRNN struct {
	layers.Common
	recurrent
	simpleRNN
}

func (l *SimpleRNN) recurrence() recurrence { return &l.simpleRNN }

// Build implements Layer.
func (l *SimpleRNN) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.build(in, &l.simpleRNN, "simple_rnn_cell")
}

// Call implements Layer.
func (l *SimpleRNN) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.call(c, in, &l.simpleRNN, false)
}
