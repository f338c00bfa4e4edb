package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	register(func() Layer { return &Dot{} }, "Dot")
}

// Dot sums the products of two inputs along an axis of each, row by row
// (keras/src/layers/merging/dot.py).
type Dot struct {
	Common
	Axes      []int `keras:"axes"` // one for both inputs, or one for each; 0 is the batch's
	Normalize bool  `keras:"normalize"`
}

// Validate implements validator.
func (l *Dot) Validate(d *Decoder) {
	if len(l.Axes) < 1 || len(l.Axes) > 2 {
		d.Broken("axes must be an integer or two, received %v", l.Axes)
	}
}

// Build implements Layer.
func (l *Dot) Build(in []runtime.Shape) ([]Weight, error) {
	return nil, WantInputs(len(in), 2, 2)
}

// Call implements Layer.
func (l *Dot) Call(c *Call, in []Tensor) ([]Tensor, error) {
	var v [2]*runtime.Value
	var axes [2]int
	for i := range v {
		v[i] = in[i].Value
		if err := WantRank(v[i].Shape, 2, -1); err != nil {
			return nil, err
		}
		var err error
		if axes[i], err = v[i].Shape.Axis(l.Axes[min(i, len(l.Axes)-1)]); err != nil {
			return nil, err
		}
		if axes[i] == 0 {
			return nil, &runtime.ShapeError{What: "axes", Wanted: "axes other than the batch's", Received: fmt.Sprint(l.Axes)}
		}
		if l.Normalize {
			v[i] = l2Normalize(c.Builder, v[i], []int{axes[i]}, 1e-7)
		}
	}
	return One(batchDot(c.Builder, v[0], v[1], axes[0], axes[1]))
}

// l2Normalize divides by the norm along the axes, which counts as least at the
// lowest (keras/src/ops/nn.py, normalize).
func l2Normalize(b *runtime.Builder, x *runtime.Value, axes []int, least float32) *runtime.Value {
	inverse := b.Rsqrt(b.Sum(b.Square(x), axes, true))
	return b.Mul(x, b.Minimum(inverse, b.Scalar(1/least)))
}

// batchDot multiplies x and y summed over axis i of x and k of y. The result
// has the other axes of x, then those of y without the batch's; two rows of
// numbers give (batch, 1).
func batchDot(b *runtime.Builder, x, y *runtime.Value, i, k int) *runtime.Value {
	x, y = moveAxis(b, x, i, x.Rank()-1), moveAxis(b, y, k, 1)
	left, right := x.Rank()-2, y.Rank()-2 // axes that stay
	xs, ys := x, y
	if left != 1 {
		xs = b.Reshape(x, runtime.CopyAxis(0), runtime.Infer, runtime.CopyAxis(x.Rank()-1))
	}
	if right != 1 {
		ys = b.Reshape(y, runtime.CopyAxis(0), runtime.CopyAxis(1), runtime.Infer)
	}
	z := b.MatMul(xs, ys)
	if left == 1 && right == 1 {
		return z
	}
	sizes := []int{runtime.CopyAxis(0)}
	unknown := 0
	for _, d := range append(append(runtime.Shape{}, x.Shape[1:1+left]...), y.Shape[2:]...) {
		if d < 0 {
			unknown++
		}
		sizes = append(sizes, d) // Unknown is Infer
	}
	if left == 0 && right == 0 {
		sizes = append(sizes, 1)
	}
	if unknown > 1 {
		return b.Fail(&runtime.ShapeError{Where: b.Scope, What: "dot", Wanted: "at most one axis of unknown size", Received: x.Shape.String() + " and " + y.Shape.String()})
	}
	return b.Reshape(z, sizes...)
}

// moveAxis puts an axis in another place; the others keep their order.
func moveAxis(b *runtime.Builder, x *runtime.Value, from, to int) *runtime.Value {
	if from == to {
		return x
	}
	var perm []int
	for a := range x.Rank() {
		if a != from {
			perm = append(perm, a)
		}
	}
	perm = append(perm[:to], append([]int{from}, perm[to:]...)...)
	return b.Transpose(x, perm...)
}
