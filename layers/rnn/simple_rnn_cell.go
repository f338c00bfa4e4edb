package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("SimpleRNNCell", func() layers.Layer { return &SimpleRNNCell{simpleRNN: simpleRNN{newGates()}} })
}

// SimpleRNNCell is one step of a simple recurrent network
// (keras/src/layers/rnn/simple_rnn.py).
type SimpleRNNCell struct {
	layers.Common
	simpleRNN
}

// simpleRNN is what SimpleRNN and SimpleRNNCell share.
type simpleRNN struct{ gates }

// Build implements Layer.
func (l *SimpleRNNCell) Build(in []runtime.Shape) ([]layers.Weight, error) { return buildAlone(in, l) }

// Call implements Layer.
func (l *SimpleRNNCell) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return callCell(c, in, l)
}

func (o *simpleRNN) buildCell(step runtime.Shape) ([]layers.Weight, error) {
	return o.weights(step, 1, runtime.Shape{o.Units})
}

// StateShapes implements Cell.
func (o *simpleRNN) StateShapes(runtime.Shape) ([]runtime.Shape, error) { return o.states(1), nil }

func (o *simpleRNN) project(c *layers.Call, x *runtime.Value) *runtime.Value {
	z := o.times(c, x, c.Weight("kernel"), 1)
	if o.UseBias {
		z = c.Add(z, c.Weight("bias"))
	}
	return z
}

func (o *simpleRNN) step(c *layers.Call, x *runtime.Value, states []*runtime.Value) (*runtime.Value, []*runtime.Value, error) {
	next := c.SimpleRNNStep(x, states, elementwise(c, o.Activation), o.product(c, 1))
	return next[0], next, nil
}

func (o *simpleRNN) fuse(c *layers.Call, x *runtime.Value, r runtime.Recurrence) (*runtime.Value, []*runtime.Value) {
	return c.SimpleRNN(x, o.complete(c, r, layers.Activation{}))
}
