package merging

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// merge is what the element-wise merging layers have in common
// (keras/src/layers/merging/base_merge.py).
type merge struct {
	layers.Common

	// Keras2Masks asks for the masks of Keras 2: values are merged whether
	// masked or not, and a step counts where every mask that there is lets it.
	// Package keras sets it for files of Keras 1 and 2.
	Keras2Masks bool `keras:"keras2_masks"`
}

// Build implements Layer.
func (l *merge) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return nil, layers.WantInputs(len(in), 1, -1)
}

// aligned gives all inputs the same rank by axes of size 1 behind the batch's.
func (l *merge) aligned(c *layers.Call, in []layers.Tensor) []*runtime.Value {
	rank := 0
	for _, t := range in {
		rank = max(rank, t.Rank())
	}
	out := make([]*runtime.Value, len(in))
	for i, t := range in {
		out[i] = t.Value
		for out[i].Rank() > 0 && out[i].Rank() < rank {
			out[i] = c.ExpandDims(out[i], 1)
		}
	}
	return out
}

// fold joins the inputs from the first on.
func (l *merge) fold(c *layers.Call, in []layers.Tensor, op func(x, y *runtime.Value) *runtime.Value) *runtime.Value {
	values := l.aligned(c, in)
	y := values[0]
	for _, x := range values[1:] {
		y = op(y, x)
	}
	return y
}

// masks returns the masks of the inputs, and whether all have one.
func masks(in []layers.Tensor) (have []*runtime.Value, all bool) {
	for _, t := range in {
		if t.Mask != nil {
			have = append(have, t.Mask)
		}
	}
	return have, len(have) == len(in)
}

// mask returns the output's mask: a step counts where any input's mask lets it,
// if all inputs have one.
func (l *merge) mask(c *layers.Call, in []layers.Tensor) *runtime.Value {
	have, all := masks(in)
	if len(have) == 0 || !all && !l.Keras2Masks {
		return nil
	}
	m := have[0]
	for _, other := range have[1:] {
		if other == have[0] {
			continue
		}
		if l.Keras2Masks {
			m = c.And(m, other)
		} else {
			m = c.Or(m, other)
		}
	}
	return m
}

// plain is the answer of the layers that merge masked values like others.
func (l *merge) plain(c *layers.Call, in []layers.Tensor, y *runtime.Value) ([]layers.Tensor, error) {
	return []layers.Tensor{{Value: y, Mask: l.mask(c, in)}}, nil
}

// extreme merges by op, which has no identity element: a masked value gives way
// to the others.
func (l *merge) extreme(c *layers.Call, in []layers.Tensor, op func(x, y *runtime.Value) *runtime.Value) ([]layers.Tensor, error) {
	have, _ := masks(in)
	if len(have) == 0 || l.Keras2Masks {
		return l.plain(c, in, l.fold(c, in, op))
	}
	values := l.aligned(c, in)
	var y, seen *runtime.Value
	for i, x := range values {
		mask := in[i].Mask
		if mask != nil {
			mask = c.ExpandDims(mask, -1)
		}
		if i == 0 {
			y, seen = x, mask
			continue
		}
		if mask != nil {
			x = c.Select(mask, x, y)
		}
		if seen != nil {
			y = c.Select(seen, y, x)
		}
		if mask != nil && seen != nil {
			seen = c.Or(seen, mask)
		} else {
			seen = nil
		}
		y = op(y, x)
	}
	return []layers.Tensor{{Value: y, Mask: l.mask(c, in)}}, nil
}
