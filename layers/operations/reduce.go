package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type b = *runtime.Builder
	type v = *runtime.Value
	for name, f := range map[string]func(b, v, []int, bool) v{
		"Sum": b.Sum, "Max": b.Max, "Min": b.Min, "Amax": b.Max, "Amin": b.Min, "Prod": b.Prod,
	} {
		registerOperation(name, func(o *opCall) v {
			x := o.x()
			if x.DType == runtime.Bool {
				x = o.Cast(x, runtime.Int32)
			}
			x = o.typed(x)
			if initial := o.options["initial"]; initial != nil {
				return o.fail("initial=%s", layers.Brief(initial))
			}
			if name == "Sum" || name == "Prod" {
				x = o.ToAddUp(x)
				return o.Wrap(f(o.Builder, x, o.axes("axis"), o.flag("keepdims", false)), x)
			}
			return f(o.Builder, x, o.axes("axis"), o.flag("keepdims", false))
		}, "axis", "keepdims", "initial", "dtype")
	}
	registerOperation("Ptp", func(o *opCall) v {
		x, axes, keep := o.x(), o.axes("axis"), o.flag("keepdims", false)
		if x.DType == runtime.Bool {
			x = o.Cast(x, runtime.Int32)
		}
		return o.minus(o.Max(x, axes, keep), o.Min(x, axes, keep))
	}, "axis", "keepdims")
	registerOperation("CountNonzero", func(o *opCall) v {
		return o.Sum(o.Cast(o.Cast(o.x(), runtime.Bool), runtime.Int32), o.axes("axis"), false)
	}, "axis")
	for name, f := range map[string]func(o *opCall, x v, axes []int, keep bool) v{
		"Mean": func(o *opCall, x v, axes []int, keep bool) v { return o.Mean(x, axes, keep) },
		"Var":  variance,
		"Std":  func(o *opCall, x v, axes []int, keep bool) v { return o.Sqrt(variance(o, x, axes, keep)) },
		"Any":  func(o *opCall, x v, axes []int, keep bool) v { return o.Cast(o.Max(x, axes, keep), runtime.Bool) },
		"All":  func(o *opCall, x v, axes []int, keep bool) v { return o.Cast(o.Min(x, axes, keep), runtime.Bool) },
	} {
		logical := name == "Any" || name == "All"
		registerOperation(name, func(o *opCall) v {
			x := o.x()
			if logical {
				x = o.Cast(x, runtime.Bool)
			}
			return f(o, o.Cast(x, runtime.Float32), o.axes("axis"), o.flag("keepdims", false))
		}, "axis", "keepdims")
	}
	registerOperation("Argmax", func(o *opCall) v { return o.first(o.f()) }, "axis", "keepdims")
	registerOperation("Argmin", func(o *opCall) v { return o.first(o.Neg(o.f())) }, "axis", "keepdims")
}

// variance is the mean squared deviation, without Bessel's correction.
func variance(o *opCall, x *runtime.Value, axes []int, keep bool) *runtime.Value {
	return o.Mean(o.Square(o.Sub(x, o.Mean(x, axes, true))), axes, keep)
}

// first is the place of the first largest element along the option axis, among all
// elements when that is null.
func (o *opCall) first(x *runtime.Value) *runtime.Value {
	rank := x.Rank()
	if o.options["axis"] == nil {
		place := o.ArgMax(o.Reshape(x, runtime.Infer))
		if o.flag("keepdims", false) {
			for range rank {
				place = o.ExpandDims(place, 0)
			}
		}
		return place
	}
	a := o.axis("axis", x.Shape, -1)
	place := o.ArgMax(o.MoveAxis(x, a, rank-1))
	if o.flag("keepdims", false) {
		place = o.ExpandDims(place, a)
	}
	return place
}
