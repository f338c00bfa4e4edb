package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("GRUCell", func() layers.Layer { return &GRUCell{gru: newGRU()} })
}

// GRUCell is one step of a GRU (keras/src/layers/rnn/gru.py). Gates stand in the
// order update, reset, hidden; the state is h.
type GRUCell struct {
	layers.Common
	gru
}

// gru is what GRU and GRUCell share.
type gru struct {
	gates
	RecurrentActivation layers.Activation `keras:"recurrent_activation"`

	// ResetAfter applies the reset gate to the recurrent product, which then has
	// a bias of its own: the second row of the bias.
	ResetAfter bool `keras:"reset_after"`
}

func newGRU() gru {
	sigmoid, _ := layers.ActivationNamed("sigmoid")
	return gru{gates: newGates(), RecurrentActivation: sigmoid, ResetAfter: true}
}

// Build implements Layer.
func (l *GRUCell) Build(in []runtime.Shape) ([]layers.Weight, error) { return buildAlone(in, l) }

// Call implements Layer.
func (l *GRUCell) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return callCell(c, in, l)
}

func (o *gru) buildCell(step runtime.Shape) ([]layers.Weight, error) {
	bias := runtime.Shape{3 * o.Units}
	if o.ResetAfter {
		bias = runtime.Shape{2, 3 * o.Units}
	}
	return o.weights(step, 3, bias)
}

// StateShapes implements Cell.
func (o *gru) StateShapes(runtime.Shape) ([]runtime.Shape, error) { return o.states(1), nil }

// biases returns those of the input's product and of the recurrent one, nil
// where there is none.
func (o *gru) biases(c *layers.Call) (input, recurrent *runtime.Value) {
	switch {
	case !o.UseBias:
		return nil, nil
	case !o.ResetAfter:
		return c.Weight("bias"), nil
	}
	row := func(i int) *runtime.Value {
		return c.Squeeze(c.Slice(c.Weight("bias"), runtime.Range{From: i, To: i + 1, Step: 1}), 0)
	}
	return row(0), row(1)
}

func (o *gru) project(c *layers.Call, x *runtime.Value) *runtime.Value {
	z := o.times(c, x, c.Weight("kernel"), 3)
	if bias, _ := o.biases(c); bias != nil {
		z = c.Add(z, bias)
	}
	return z
}

func (o *gru) step(c *layers.Call, x *runtime.Value, states []*runtime.Value) (*runtime.Value, []*runtime.Value, error) {
	_, bias := o.biases(c)
	next := c.GRUStep(x, bias, states, o.ResetAfter, elementwise(c, o.Activation), elementwise(c, o.RecurrentActivation), o.product(c, 3))
	return next[0], next, nil
}

func (o *gru) fuse(c *layers.Call, x *runtime.Value, r runtime.Recurrence) (*runtime.Value, []*runtime.Value) {
	r = o.complete(c, r, o.RecurrentActivation)
	r.Bias, r.RecurrentBias = o.biases(c)
	return c.GRU(x, r, o.ResetAfter)
}
