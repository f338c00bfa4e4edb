package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &Softmax{Axis: []int{-1}} }, "Softmax")
}

// Softmax is e^x divided by its sum over the axes; masked places do not count
// and become 0 (keras/src/layers/activations/softmax.py).
type Softmax struct {
	Common
	Axis []int `keras:"axis"`

	// Keras2Masks asks for the masked softmax of Keras 2. Package keras sets it.
	Keras2Masks bool `keras:"keras2_masks"`
}

// Validate implements validator.
func (l *Softmax) Validate(d *Decoder) {
	if len(l.Axis) == 0 {
		d.Broken("axis must name an axis, received none")
	}
}

// masked is what Keras puts in place of scores that must not count.
const masked = -1e9

// Call implements Layer.
func (l *Softmax) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x, mask := in[0].Value, in[0].Mask
	t := Tensor{Value: maskedSoftmax(c.Builder, x, mask, l.Axis, l.Keras2Masks), Mask: mask}
	if mask == nil && len(l.Axis) == 1 {
		t.Logits = x
	}
	return []Tensor{t}, nil
}

// maskedSoftmax is softmax over the places where the mask holds, 0 elsewhere.
// Keras 2 only adds a large negative number to the others: where the mask holds
// nowhere along the axes, its answer is not 0.
func maskedSoftmax(b *runtime.Builder, x, mask *runtime.Value, axes []int, keras2 bool) *runtime.Value {
	switch {
	case mask == nil:
		return softmaxOver(b, x, axes)
	case keras2:
		return softmaxOver(b, b.Add(x, b.Select(mask, b.Scalar(0), b.Scalar(masked))), axes)
	}
	y := softmaxOver(b, b.Select(mask, x, b.Scalar(masked)), axes)
	return b.Select(mask, y, b.Scalar(0))
}

// softmaxOver is softmax over any axes.
func softmaxOver(b *runtime.Builder, x *runtime.Value, axes []int) *runtime.Value {
	if len(axes) > 1 {
		e := b.Exp(b.Sub(x, b.Max(x, axes, true)))
		return b.Div(e, b.Sum(e, axes, true))
	}
	a, err := x.Shape.Axis(axes[0])
	if err != nil {
		return b.Fail(err)
	}
	last := x.Rank() - 1
	if a == last {
		return b.Softmax(x)
	}
	return swapAxes(b, b.Softmax(swapAxes(b, x, a, last)), a, last)
}

// swapAxes exchanges two axes.
func swapAxes(b *runtime.Builder, x *runtime.Value, i, k int) *runtime.Value {
	perm := make([]int, x.Rank())
	for a := range perm {
		perm[a] = a
	}
	perm[i], perm[k] = k, i
	return b.Transpose(x, perm...)
}
