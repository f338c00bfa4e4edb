package rnn

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// ofCell returns the recurrence of a cell: what Keras' own bring, or one that
// calls the cell at each step.
func ofCell(l layers.Layer) recurrence {
	if r, ok := l.(recurrence); ok {
		return r
	}
	cell, _ := l.(Cell)
	return stepwise{cell}
}

// stepwise calls a cell at each step.
type stepwise struct{ Cell }

func (r stepwise) buildCell(step runtime.Shape) ([]layers.Weight, error) {
	if r.Cell == nil {
		return nil, fmt.Errorf("an RNN must have a cell")
	}
	return r.Build([]runtime.Shape{step})
}

func (r stepwise) project(_ *layers.Call, x *runtime.Value) *runtime.Value { return x }

func (r stepwise) step(c *layers.Call, x *runtime.Value, states []*runtime.Value) (*runtime.Value, []*runtime.Value, error) {
	in := []layers.Tensor{{Value: x}}
	for _, s := range states {
		in = append(in, layers.Tensor{Value: s})
	}
	out, err := r.Call(c, in)
	if err != nil {
		return nil, nil, err
	}
	if len(out) != 1+len(states) {
		return nil, nil, &runtime.ShapeError{What: "cell", Wanted: fmt.Sprintf("an output and %d states", len(states)), Received: fmt.Sprintf("%d tensors", len(out))}
	}
	next := make([]*runtime.Value, len(states))
	for i := range next {
		next[i] = out[1+i].Value
	}
	return out[0].Value, next, nil
}

// buildAlone is Layer.Build for a cell that is a recurrence.
func buildAlone(in []runtime.Shape, r recurrence) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, -1); err != nil {
		return nil, err
	}
	return r.buildCell(in[0])
}

// callCell is Layer.Call for a cell that is a recurrence: one step.
func callCell(c *layers.Call, in []layers.Tensor, r recurrence) ([]layers.Tensor, error) {
	shapes, err := r.StateShapes(in[0].Shape)
	if err != nil {
		return nil, err
	}
	states := in[1:]
	if len(states) == 0 {
		states = c.KeywordTensors("states")
	}
	if len(states) != len(shapes) {
		return nil, &runtime.ShapeError{What: "states", Wanted: fmt.Sprint(len(shapes)), Received: fmt.Sprint(len(states))}
	}
	values := make([]*runtime.Value, len(states))
	for i, s := range states {
		values[i] = s.Value
	}
	y, next, err := r.step(c, r.project(c, in[0].Value), values)
	if err != nil {
		return nil, err
	}
	out := []layers.Tensor{{Value: y}}
	for _, s := range next {
		out = append(out, layers.Tensor{Value: s})
	}
	return out, nil
}
