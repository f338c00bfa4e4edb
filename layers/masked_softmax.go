package layers

import "github.com/kerasrun/kerasrun/runtime"

// MaskedScore is what Keras puts in place of scores that must not count.
const MaskedScore = -1e9

// MaskedSoftmax is softmax over the places where the mask holds, 0 elsewhere.
// Keras 2 only adds a large negative number to the others: where the mask holds
// nowhere along the axes, its answer is not 0.
func (c *Call) MaskedSoftmax(x, mask *runtime.Value, axes []int, keras2 bool) *runtime.Value {
	switch {
	case mask == nil:
		return softmaxOver(c.Builder, x, axes)
	case keras2:
		return softmaxOver(c.Builder, c.Add(x, c.Select(mask, c.Scalar(0), c.Scalar(MaskedScore))), axes)
	}
	y := softmaxOver(c.Builder, c.Select(mask, x, c.Scalar(MaskedScore)), axes)
	return c.Select(mask, y, c.Scalar(0))
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
