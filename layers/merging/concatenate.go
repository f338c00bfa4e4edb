package merging

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Concatenate", func() layers.Layer { return &Concatenate{Axis: -1} }, "TFDConcat") // of FeatureSpace
}

// Concatenate joins its inputs along an axis
// (keras/src/layers/merging/concatenate.py).
type Concatenate struct {
	layers.Common
	Axis int `keras:"axis"`

	// Keras2Masks asks for the mask of Keras 2: a step counts if all of its places
	// do. Package keras sets it.
	Keras2Masks bool `keras:"keras2_masks"`
}

// Build implements Layer.
func (l *Concatenate) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return nil, layers.WantInputs(len(in), 1, -1)
}

// Call implements Layer.
func (l *Concatenate) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	values := make([]*runtime.Value, len(in))
	for i, t := range in {
		values[i] = t.Value
	}
	return []layers.Tensor{{Value: c.Concat(l.Axis, values...), Mask: l.mask(c, in)}}, nil
}

// mask joins the masks as the values are joined, an input without a mask
// counting everywhere; a step counts if any of its places does.
func (l *Concatenate) mask(c *layers.Call, in []layers.Tensor) *runtime.Value {
	have, _ := masks(in)
	if len(have) == 0 {
		return nil
	}
	yes, no := constantBool(c, true), constantBool(c, false)
	parts := make([]*runtime.Value, len(in))
	for i, t := range in {
		switch {
		case t.Mask == nil:
			parts[i] = c.BroadcastTo(yes, t.Value)
		case t.Mask.Rank() < t.Rank():
			parts[i] = c.Or(c.ExpandDims(t.Mask, -1), c.BroadcastTo(no, t.Value))
		default:
			parts[i] = t.Mask
		}
	}
	joined := c.Concat(l.Axis, parts...)
	if l.Keras2Masks {
		return c.AllOf(joined, []int{-1}, false)
	}
	return c.AnyOf(joined, []int{-1}, false)
}

func constantBool(c *layers.Call, v bool) *runtime.Value {
	t, _ := runtime.TensorOf([]bool{v})
	return c.Constant(t)
}
