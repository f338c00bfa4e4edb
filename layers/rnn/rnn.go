package rnn

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("RNN", func() layers.Layer { return &RNN{} })
}

// RNN runs a cell over axis 1 of its input (keras/src/layers/rnn/rnn.py).
type RNN struct {
	layers.Common
	recurrent
	Cell layers.Layer `keras:"cell"`
}

// Cell is a layer that computes one step of a recurrence. Called on the step's
// input and the states it returns the output and the next states.
type Cell interface {
	layers.Layer

	// StateShapes returns the states' shapes without their batch axis, given the
	// shape of a step's input.
	StateShapes(step runtime.Shape) ([]runtime.Shape, error)
}

// recurrence is a cell as a layer over time runs it.
type recurrence interface {
	// buildCell returns the cell's weights.
	buildCell(step runtime.Shape) ([]layers.Weight, error)

	StateShapes(step runtime.Shape) ([]runtime.Shape, error)

	// project computes what does not depend on the states, from one step's input
	// (batch, …) or from all (batch, time, …).
	project(c *layers.Call, x *runtime.Value) *runtime.Value

	// step computes the output and the next states from a step's projection.
	step(c *layers.Call, x *runtime.Value, states []*runtime.Value) (*runtime.Value, []*runtime.Value, error)
}

// fuser is a recurrence that has an operation of its own.
type fuser interface {
	stochastic(c *layers.Call) bool // drops something, which the operation cannot
	fuse(c *layers.Call, x *runtime.Value, r runtime.Recurrence) (y *runtime.Value, states []*runtime.Value)
}

// recurrent holds the options of every layer over time.
//
// A stateful layer starts from zero at every call, as Keras does after reset_states,
// but in a graph that keeps states.
type recurrent struct {
	ReturnSequences   bool `keras:"return_sequences"`
	ReturnState       bool `keras:"return_state"`
	GoBackwards       bool `keras:"go_backwards"`
	Stateful          bool `keras:"stateful"`
	Unroll            bool `keras:"unroll"`     // the answer is the same
	TimeMajor         bool `keras:"time_major"` // input and sequences are (time, batch, …)
	ZeroOutputForMask bool `keras:"zero_output_for_mask"`

	// Keras2Masks lets a layer that is called with states see the mask of its
	// sequence. Package keras sets it.
	Keras2Masks bool `keras:"keras2_masks"`
}

// KeepsMasks implements layers.MaskKeeper.
func (o *recurrent) KeepsMasks() bool { return o.Keras2Masks }

// overTime is implemented by the layers that Bidirectional can wrap.
type overTime interface {
	layers.Layer
	options() *recurrent
	recurrence() recurrence
}

func (o *recurrent) options() *recurrent { return o }

// Validate implements Validator.
func (l *RNN) Validate(d *layers.Decoder) {
	if _, ok := l.Cell.(Cell); !ok && l.Cell != nil {
		d.Unsupported("%s is not a cell", l.Cell.Base().Class)
	}
	if l.Cell == nil && len(d.Problems) == 0 {
		d.Broken("cell must be a layer, received null")
	}
}

func (l *RNN) recurrence() recurrence { return ofCell(l.Cell) }

// Build implements Layer.
func (l *RNN) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.build(in, l.recurrence(), l.Cell.Base().Name)
}

// Call implements Layer.
func (l *RNN) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.call(c, in, l.recurrence(), false)
}

// stepShape returns the shape of one step of a sequence.
func (o *recurrent) stepShape(s runtime.Shape) (runtime.Shape, error) {
	if err := layers.WantRank(s, 3, -1); err != nil {
		return nil, err
	}
	batch := s[0]
	if o.TimeMajor {
		batch = s[1]
	}
	return append(runtime.Shape{batch}, s[2:]...), nil
}

// build returns the weights of the cell, which has the given name.
func (o *recurrent) build(in []runtime.Shape, r recurrence, name string) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, -1); err != nil {
		return nil, err
	}
	step, err := o.stepShape(in[0])
	if err != nil {
		return nil, err
	}
	w, err := r.buildCell(step)
	return layers.Within(w, "cell", name, true), err
}

// call runs the recurrence. With aligned, sequences are in the order of time
// even if the layer goes backwards.
func (o *recurrent) call(c *layers.Call, in []layers.Tensor, r recurrence, aligned bool) ([]layers.Tensor, error) {
	x, mask := layers.Floats(c, in[0].Value), in[0].Mask
	step, err := o.stepShape(x.Shape)
	if err != nil {
		return nil, err
	}
	if mask != nil && mask.Rank() != 2 {
		return nil, &runtime.ShapeError{What: "mask", Wanted: "(batch, steps)", Received: mask.Shape.String()}
	}
	if o.TimeMajor {
		x = swapTime(c, x)
		if mask != nil {
			mask = swapTime(c, mask)
		}
	}
	init, err := o.initial(c, in, x, step, r)
	if err != nil {
		return nil, err
	}
	y, states, err := o.run(c.Inside("cell"), x, mask, init, r)
	if err != nil {
		return nil, err
	}
	if o.Stateful {
		c.Remember(o, states)
	}
	if o.ReturnSequences && o.GoBackwards && !aligned {
		y = flip(c, y)
	}
	out := []layers.Tensor{{Value: y}}
	if o.ReturnSequences {
		out[0].Mask = in[0].Mask
		if o.TimeMajor {
			out[0].Value = swapTime(c, y)
		}
	}
	if o.ReturnState {
		for _, s := range states {
			out = append(out, layers.Tensor{Value: s})
		}
	}
	return out, nil
}

// run makes the graph in the call of the cell: its own operation, or a loop of
// steps.
func (o *recurrent) run(c *layers.Call, x, mask *runtime.Value, init []*runtime.Value, r recurrence) (*runtime.Value, []*runtime.Value, error) {
	if f, ok := r.(fuser); ok && !f.stochastic(c) {
		y, states := f.fuse(c, x, runtime.Recurrence{Init: init, Mask: mask, ZeroMasked: o.ZeroOutputForMask,
			Reverse: o.GoBackwards, Sequences: o.ReturnSequences, Differentiable: c.Training})
		return y, states, nil
	}
	before := c.SideEffects()
	loop := runtime.Loop{Mask: mask, ZeroMasked: o.ZeroOutputForMask, Reverse: o.GoBackwards, Sequences: o.ReturnSequences}
	y, states := c.Loop(loop, init, []*runtime.Value{r.project(c, x)}, func(b *runtime.Builder, states, steps []*runtime.Value) (next, outputs []*runtime.Value) {
		y, next, err := r.step(c.On(b), steps[0], states)
		if err != nil {
			b.Fail(err)
			return nil, nil
		}
		return next, []*runtime.Value{y}
	})
	if err := c.Err(); err != nil {
		return nil, nil, err
	}
	if c.SideEffects() > before {
		return nil, nil, fmt.Errorf("a cell must not add losses or update weights at every step")
	}
	return y[0], states, nil
}

// initial returns the first states: those of the call, or those of the layer's last
// call, or zeros. The cells' own
// operations make their own zeros.
func (o *recurrent) initial(c *layers.Call, in []layers.Tensor, x *runtime.Value, step runtime.Shape, r recurrence) ([]*runtime.Value, error) {
	shapes, err := r.StateShapes(step)
	if err != nil {
		return nil, err
	}
	remembered := o.remembered(c, x, shapes)
	given := append(in[1:len(in):len(in)], c.KeywordTensors("initial_state")...)
	if len(given) > 0 {
		if remembered != nil && o.Keras2Masks {
			return nil, fmt.Errorf("a stateful layer of Keras 2 that is given its initial_state")
		}
		if len(given) != len(shapes) {
			return nil, &runtime.ShapeError{What: "initial_state", Wanted: fmt.Sprintf("%d tensors", len(shapes)), Received: fmt.Sprint(len(given))}
		}
		init := make([]*runtime.Value, len(given))
		for i, t := range given {
			init[i] = t.Value
		}
		return init, nil
	}
	if remembered != nil {
		return remembered, nil
	}
	if f, ok := r.(fuser); ok && !f.stochastic(c) {
		return nil, nil
	}
	var init []*runtime.Value
	for _, s := range shapes {
		init = append(init, c.Fill(x, 0, append([]int{runtime.CopyAxis(0)}, s...)...))
	}
	return init, nil
}

// remembered returns the states that a stateful layer's last call left, nil where the
// graph keeps none.
func (o *recurrent) remembered(c *layers.Call, x *runtime.Value, shapes []runtime.Shape) []*runtime.Value {
	if !o.Stateful {
		return nil
	}
	var types []runtime.Type
	for _, s := range shapes {
		types = append(types, runtime.Type{DType: x.DType, Shape: append(runtime.Shape{x.Shape[0]}, s...)})
	}
	return c.Remembered(o, types)
}

// swapTime exchanges the axes of batch and time.
func swapTime(c *layers.Call, x *runtime.Value) *runtime.Value {
	order := make([]int, x.Rank())
	for i := range order {
		order[i] = i
	}
	order[0], order[1] = 1, 0
	return c.Transpose(x, order...)
}

// flip reverses axis 1.
func flip(c *layers.Call, x *runtime.Value) *runtime.Value {
	return c.Slice(x, runtime.Whole, runtime.Range{From: -1, To: runtime.End, Step: -1})
}
