package operations

import (
	"math"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	for class, c := range map[string]struct {
		f       func(b *runtime.Builder, x v, reverse bool) v
		neutral float32 // what NaN counts as
		nan     bool
	}{
		"Cumsum": {(*runtime.Builder).CumSum, 0, false}, "Nancumsum": {(*runtime.Builder).CumSum, 0, true},
		"Cumprod": {(*runtime.Builder).CumProd, 1, false}, "Nancumprod": {(*runtime.Builder).CumProd, 1, true},
	} {
		registerOperation(class, func(o *opCall) v {
			x := o.x()
			if x.DType == runtime.Bool {
				x = o.Cast(x, runtime.Int32)
			}
			x = o.typed(x)
			if c.nan && x.DType == runtime.Float32 {
				x = o.finite(x, c.neutral, math.MaxFloat32, -math.MaxFloat32) // infinities too, as nan_to_num does
			}
			reverse, exclusive := o.flag("reverse", false), o.flag("exclusive", false)
			along := func(x v) v {
				y := o.Wrap(c.f(o.Builder, x, reverse), x)
				if exclusive {
					return o.shifted(y, c.neutral, reverse)
				}
				return y
			}
			if o.options["axis"] == nil && x.Rank() != 1 {
				return along(o.Reshape(x, runtime.Infer))
			}
			return o.alongLast("axis", x, along)
		}, "axis", "dtype", "exclusive", "reverse")
	}
	registerOperation("Diff", func(o *opCall) v {
		x, n := o.value(o.arg(0, "a")), o.whole("n", 1)
		if n < 0 || n > 64 {
			return o.fail("n must be between 0 and 64, received %d", n)
		}
		return o.alongLast("axis", x, func(x v) v {
			for range n {
				ahead, behind := o.lastFrom(x, 1, runtime.End), o.lastFrom(x, 0, -1)
				if x.DType == runtime.Bool {
					x = o.NotEqual(ahead, behind)
				} else {
					x = o.minus(ahead, behind)
				}
			}
			return x
		})
	}, "n", "axis")
	registerOperation("Trapezoid", func(o *opCall) v {
		y, dx := o.Cast(o.value(o.arg(0, "y")), runtime.Float32), o.Scalar(o.number("dx", 1))
		if at := o.options["x"]; at != nil {
			x := o.Cast(o.value(at), runtime.Float32)
			dx = o.Sub(o.lastFrom(x, 1, runtime.End), o.lastFrom(x, 0, -1))
		}
		a := o.axis("axis", y.Shape, -1)
		y = o.MoveAxis(y, a, y.Rank()-1)
		sums := o.Mul(o.Add(o.lastFrom(y, 1, runtime.End), o.lastFrom(y, 0, -1)), o.Scalar(0.5))
		return o.Sum(o.Mul(sums, dx), []int{-1}, false)
	}, "x", "dx", "axis")
}

// lastFrom slices the last axis.
func (o *opCall) lastFrom(x *runtime.Value, from, to int) *runtime.Value {
	return o.within(x, x.Rank()-1, from, to)
}

// within slices axis a.
func (o *opCall) within(x *runtime.Value, a, from, to int) *runtime.Value {
	if a < 0 || a >= x.Rank() {
		return o.fail("a tensor of rank %d or more wanted, received %s", a+1, x.Shape)
	}
	ranges := make([]runtime.Range, a+1)
	for i := range ranges {
		ranges[i] = runtime.Whole
	}
	ranges[a] = runtime.Range{From: from, To: to, Step: 1}
	return o.Slice(x, ranges...)
}

// shifted moves the elements of the last axis one place on, or with back one
// place back, and fills the gap.
func (o *opCall) shifted(x *runtime.Value, with float32, back bool) *runtime.Value {
	sizes := allAxes(x)
	sizes[len(sizes)-1] = 1
	gap := o.Cast(o.Fill(x, with, sizes...), x.DType)
	if back {
		return o.Concat(x.Rank()-1, o.lastFrom(x, 1, runtime.End), gap)
	}
	return o.Concat(x.Rank()-1, gap, o.lastFrom(x, 0, -1))
}
