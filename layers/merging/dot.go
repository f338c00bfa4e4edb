package merging

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Dot", func() layers.Layer { return &Dot{} })
}

// Dot sums the products of two inputs along an axis of each, row by row
// (keras/src/layers/merging/dot.py).
type Dot struct {
	layers.Common
	Axes      []int `keras:"axes"` // one for both inputs, or one for each; 0 is the batch's
	Normalize bool  `keras:"normalize"`

	// Cosine asks for the merge mode "cos" of Keras 1: the cosine, with an axis of one
	// element after the batch's. Package keras sets it.
	Cosine bool `keras:"cosine"`
}

// Validate implements Validator.
func (l *Dot) Validate(d *layers.Decoder) {
	if len(l.Axes) < 1 || len(l.Axes) > 2 {
		d.Broken("axes must be an integer or two, received %v", l.Axes)
	}
}

// Build implements Layer.
func (l *Dot) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return nil, layers.WantInputs(len(in), 2, 2)
}

// Call implements Layer.
func (l *Dot) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	var v [2]*runtime.Value
	var axes [2]int
	for i := range v {
		v[i] = in[i].Value
		if err := layers.WantRank(v[i].Shape, 2, -1); err != nil {
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
			v[i] = c.L2Normalize(v[i], []int{axes[i]}, 1e-7)
		}
	}
	y := batchDot(c, v[0], v[1], axes[0], axes[1])
	if l.Cosine { // keras 1.2.2 engine/topology.py, Merge.call
		norms := c.Sqrt(c.Mul(batchDot(c, v[0], v[0], axes[0], axes[0]), batchDot(c, v[1], v[1], axes[1], axes[1])))
		y = c.ExpandDims(c.Div(y, c.Maximum(norms, c.Scalar(1e-7))), 1)
	}
	return layers.One(y)
}

// batchDot multiplies x and y summed over axis i of x and k of y. The result
// has the other axes of x, then those of y without the batch's; two rows of
// numbers give (batch, 1).
func batchDot(c *layers.Call, x, y *runtime.Value, i, k int) *runtime.Value {
	x, y = c.MoveAxis(x, i, x.Rank()-1), c.MoveAxis(y, k, 1)
	left, right := x.Rank()-2, y.Rank()-2 // axes that stay
	xs, ys := x, y
	if left != 1 {
		xs = c.Reshape(x, runtime.CopyAxis(0), runtime.Infer, runtime.CopyAxis(x.Rank()-1))
	}
	if right != 1 {
		ys = c.Reshape(y, runtime.CopyAxis(0), runtime.CopyAxis(1), runtime.Infer)
	}
	z := c.MatMul(xs, ys)
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
		return c.Fail(&runtime.ShapeError{Where: c.Scope, What: "dot", Wanted: "at most one axis of unknown size", Received: x.Shape.String() + " and " + y.Shape.String()})
	}
	return c.Reshape(z, sizes...)
}
