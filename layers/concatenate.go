package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &Concatenate{Axis: -1} }, "Concatenate")
}

// Concatenate joins its inputs along an axis
// (keras/src/layers/merging/concatenate.py).
type Concatenate struct {
	Common
	Axis int `keras:"axis"`

	// Keras2Masks asks for the mask of Keras 2: a step counts if all of its places
	// do. Package keras sets it.
	Keras2Masks bool `keras:"keras2_masks"`
}

// Build implements Layer.
func (l *Concatenate) Build(in []runtime.Shape) ([]Weight, error) {
	return nil, WantInputs(len(in), 1, -1)
}

// Call implements Layer.
func (l *Concatenate) Call(c *Call, in []Tensor) ([]Tensor, error) {
	values := make([]*runtime.Value, len(in))
	for i, t := range in {
		values[i] = t.Value
	}
	return []Tensor{{Value: c.Concat(l.Axis, values...), Mask: l.mask(c, in)}}, nil
}

// mask joins the masks as the values are joined, an input without a mask
// counting everywhere; a step counts if any of its places does.
func (l *Concatenate) mask(c *Call, in []Tensor) *runtime.Value {
	have, _ := masks(in)
	if len(have) == 0 {
		return nil
	}
	yes, no := c.constantBool(true), c.constantBool(false)
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
		return allOf(c.Builder, joined, []int{-1}, false)
	}
	return anyOf(c.Builder, joined, []int{-1}, false)
}

func (c *Call) constantBool(v bool) *runtime.Value {
	t, _ := runtime.TensorOf([]bool{v})
	return c.Constant(t)
}

// anyOf folds booleans by or.
func anyOf(b *runtime.Builder, x *runtime.Value, axes []int, keep bool) *runtime.Value {
	return b.Cast(b.Max(b.Cast(x, runtime.Float32), axes, keep), runtime.Bool)
}

// allOf folds booleans by and.
func allOf(b *runtime.Builder, x *runtime.Value, axes []int, keep bool) *runtime.Value {
	return b.Cast(b.Min(b.Cast(x, runtime.Float32), axes, keep), runtime.Bool)
}
