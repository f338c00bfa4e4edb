package operations

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	registerOperation("Norm", func(o *opCall) *runtime.Value {
		x, keep, ord := o.f(), o.flag("keepdims", false), o.options["ord"]
		axes := o.axes("axis")
		if axes == nil {
			for a := range x.Rank() {
				axes = append(axes, a)
			}
		}
		axes = o.places(x.Rank(), axes)
		p, isNumber := layers.Float(ord)
		switch {
		case ord == nil, ord == "fro" && len(axes) == 2, ord == "euclidean", isNumber && p == 2 && len(axes) == 1:
			return o.Sqrt(o.Sum(o.Square(x), axes, keep))
		case isNumber && len(axes) == 1:
			return o.vectorNorm(o.Abs(x), p, axes, keep)
		case (isNumber || ord == "nuc") && len(axes) == 2:
			y := o.matrixNorm(o.MoveAxis(o.MoveAxis(x, axes[0], x.Rank()-1), axes[1]-after(axes), x.Rank()-1), ord, p)
			if keep {
				y = o.ExpandDims(o.ExpandDims(y, min(axes[0], axes[1])), max(axes[0], axes[1]))
			}
			return y
		}
		return o.fail("norm with ord=%s of %d axes", layers.Brief(ord), len(axes))
	}, "ord", "axis", "keepdims")
}

// after is 1 where the second axis stands behind the first, and so moves forward when
// that is taken away.
func after(axes []int) int {
	if axes[1] > axes[0] {
		return 1
	}
	return 0
}

// vectorNorm is (Σ xᵖ)^(1/p) of numbers >= 0, its limit for infinite p, and how many
// are not 0 for p = 0.
func (o *opCall) vectorNorm(x *runtime.Value, p float64, axes []int, keep bool) *runtime.Value {
	switch {
	case math.IsInf(p, 1):
		return o.Max(x, axes, keep)
	case math.IsInf(p, -1):
		return o.Min(x, axes, keep)
	case p == 0:
		return o.Sum(o.Cast(o.NotEqual(x, o.Scalar(0)), runtime.Float32), axes, keep)
	case p == 1:
		return o.Sum(x, axes, keep)
	}
	return o.Pow(o.Sum(o.Pow(x, o.Scalar(float32(p))), axes, keep), o.Scalar(1/float32(p)))
}

// matrixNorm is of the last two axes: of sums of columns or rows, or of singular
// values.
func (o *opCall) matrixNorm(x *runtime.Value, ord any, p float64) *runtime.Value {
	along := -2
	if math.IsInf(p, 0) {
		along = -1
	}
	var parts *runtime.Value
	switch {
	case p == 1, p == -1, math.IsInf(p, 0):
		parts = o.Sum(o.Abs(x), []int{along}, false)
	case p == 2, p == -2, ord == "nuc":
		_, parts, _ = o.SVD(x)
	default:
		return o.fail("norm with ord=%s of matrices", layers.Brief(ord))
	}
	switch {
	case ord == "nuc":
		return o.Sum(parts, []int{-1}, false)
	case p < 0:
		return o.Min(parts, []int{-1}, false)
	}
	return o.Max(parts, []int{-1}, false)
}
