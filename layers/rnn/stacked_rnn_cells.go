package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("StackedRNNCells", func() layers.Layer { return &StackedRNNCells{} })
}

// StackedRNNCells is a cell of cells, each fed with the output of the one before
// (keras/src/layers/rnn/stacked_rnn_cells.py). Its states are theirs, in order.
type StackedRNNCells struct {
	layers.Common
	Cells []layers.Layer `keras:"cells"`

	inputs []runtime.Shape // of the cells' steps, once built
	paths  []string        // of the cells
}

// Validate implements Validator.
func (l *StackedRNNCells) Validate(d *layers.Decoder) {
	for _, c := range l.Cells {
		if _, ok := c.(Cell); !ok && c != nil {
			d.Unsupported("%s is not a cell", c.Base().Class)
		}
	}
	if len(l.Cells) == 0 {
		d.Broken("cells must be a list of at least one cell")
	}
}

// Build implements Layer. A cell's input is the first state of the one before.
func (l *StackedRNNCells) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, -1); err != nil {
		return nil, err
	}
	var all []layers.Weight
	used := map[string]int{}
	step := in[0]
	l.paths, l.inputs = nil, nil
	for _, inner := range l.Cells {
		l.inputs = append(l.inputs, step)
		w, err := inner.Build([]runtime.Shape{step})
		if err != nil {
			return nil, err
		}
		states, err := inner.(Cell).StateShapes(step)
		if err != nil {
			return nil, err
		}
		step = append(runtime.Shape{step[0]}, states[0]...)
		base := inner.Base()
		path := "cells/" + layers.SavedName(base.Class, used)
		all = append(all, layers.Within(w, path, base.Name, base.Trainable)...)
		l.paths = append(l.paths, path)
	}
	return all, nil
}

// StateShapes implements Cell.
func (l *StackedRNNCells) StateShapes(step runtime.Shape) ([]runtime.Shape, error) {
	var all []runtime.Shape
	for _, inner := range l.Cells {
		states, err := inner.(Cell).StateShapes(step)
		if err != nil {
			return nil, err
		}
		all = append(all, states...)
		step = append(runtime.Shape{step[0]}, states[0]...)
	}
	return all, nil
}

// Call implements Layer.
func (l *StackedRNNCells) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x, states := in[0], in[1:]
	var next []layers.Tensor
	for i, inner := range l.Cells {
		shapes, err := inner.(Cell).StateShapes(l.inputs[i])
		if err != nil {
			return nil, err
		}
		if err := layers.WantInputs(len(states), len(shapes), -1); err != nil {
			return nil, err
		}
		args := append([]layers.Tensor{x}, states[:len(shapes)]...)
		states = states[len(shapes):]
		out, err := inner.Call(c.Inside(l.paths[i]), args)
		if err != nil {
			return nil, err
		}
		x, next = out[0], append(next, out[1:]...)
	}
	return append([]layers.Tensor{x}, next...), nil
}
