package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("LSTMCell", func() layers.Layer { return &LSTMCell{lstm: newLSTM()} })
}

// LSTMCell is one step of an LSTM (keras/src/layers/rnn/lstm.py). Gates stand in
// the order input, forget, cell, output; the states are h and c.
type LSTMCell struct {
	layers.Common
	lstm
}

// lstm is what LSTM and LSTMCell share.
type lstm struct {
	gates
	RecurrentActivation layers.Activation `keras:"recurrent_activation"`
	UnitForgetBias      bool              `keras:"unit_forget_bias"`
}

func newLSTM() lstm {
	sigmoid, _ := layers.ActivationNamed("sigmoid")
	return lstm{gates: newGates(), RecurrentActivation: sigmoid, UnitForgetBias: true}
}

// Build implements Layer.
func (l *LSTMCell) Build(in []runtime.Shape) ([]layers.Weight, error) { return buildAlone(in, l) }

// Call implements Layer.
func (l *LSTMCell) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return callCell(c, in, l)
}

func (o *lstm) buildCell(step runtime.Shape) ([]layers.Weight, error) {
	w, err := o.weights(step, 4, runtime.Shape{4 * o.Units})
	if err == nil && o.UseBias && o.UnitForgetBias {
		w[2].Initializer = unitForgetBias(o.BiasInitializer)
	}
	return w, err
}

// unitForgetBias is the initializer of a bias whose second of four parts is
// ones.
func unitForgetBias(rest layers.Initializer) layers.Initializer {
	return layers.Initializer{Class: "UnitForgetBias", Config: map[string]any{"rest": rest}}
}

// StateShapes implements Cell.
func (o *lstm) StateShapes(runtime.Shape) ([]runtime.Shape, error) { return o.states(2), nil }

func (o *lstm) project(c *layers.Call, x *runtime.Value) *runtime.Value {
	z := o.times(c, x, c.Weight("kernel"), 4)
	if o.UseBias {
		z = c.Add(z, c.Weight("bias"))
	}
	return z
}

func (o *lstm) step(c *layers.Call, x *runtime.Value, states []*runtime.Value) (*runtime.Value, []*runtime.Value, error) {
	next := c.LSTMStep(x, states, elementwise(c, o.Activation), elementwise(c, o.RecurrentActivation), o.product(c, 4))
	return next[0], next, nil
}

func (o *lstm) fuse(c *layers.Call, x *runtime.Value, r runtime.Recurrence) (*runtime.Value, []*runtime.Value) {
	return c.LSTM(x, o.complete(c, r, o.RecurrentActivation))
}
