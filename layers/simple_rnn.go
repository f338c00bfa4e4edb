package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &SimpleRNN{simpleRNN: simpleRNN{newGates()}} }, "SimpleRNN")
}

// SimpleRNN feeds its output back as its state
// (keras/src/layers/rnn/simple_rnn.py).
type SimpleRNN struct {
	Common
	recurrent
	simpleRNN
}

func (l *SimpleRNN) recurrence() recurrence { return &l.simpleRNN }

// Build implements Layer.
func (l *SimpleRNN) Build(in []runtime.Shape) ([]Weight, error) {
	return l.build(in, &l.simpleRNN, "simple_rnn_cell")
}

// Call implements Layer.
func (l *SimpleRNN) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.call(c, in, &l.simpleRNN, false)
}
