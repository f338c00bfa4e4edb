package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type b = *runtime.Builder
	type v = *runtime.Value
	for name, f := range map[string]func(b, v, []int, bool) v{"Sum": b.Sum, "Max": b.Max, "Min": b.Min, "Prod": b.Prod} {
		registerOperation(name, func(o *opCall) v {
			if o.options["initial"] != nil {
				return o.fail("initial=%s", layers.Brief(o.options["initial"]))
			}
			x := o.x()
			return o.inFloat(x.DType, func() v {
				return f(o.Builder, o.Cast(x, runtime.Float32), o.axes("axis"), o.flag("keepdims", false))
			})
		}, "axis", "keepdims", "initial", "dtype")
	}
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
	registerOperation("Cumsum", func(o *opCall) v {
		return o.alongLast("axis", o.f(), func(x v) v {
			n := x.Shape[x.Rank()-1]
			if n < 0 || n > 1<<12 {
				return o.fail("cumsum along an axis of size %d: wanted a known one of at most %d", n, 1<<12)
			}
			ones, err := runtime.NewTensor(runtime.Float32, n, n)
			if err != nil {
				return o.fail("%w", err)
			}
			for i := range n { // each element goes to all places from its own on
				for k := i; k < n; k++ {
					ones.Float32s()[i*n+k] = 1
				}
			}
			return o.MatMul(x, o.Constant(ones))
		})
	}, "axis", "dtype")
}

// variance is the mean squared deviation, without Bessel's correction.
func variance(o *opCall, x *runtime.Value, axes []int, keep bool) *runtime.Value {
	return o.Mean(o.Square(o.Sub(x, o.Mean(x, axes, true))), axes, keep)
}

// first is the place of the first largest element along the option axis.
func (o *opCall) first(x *runtime.Value) *runtime.Value {
	a := o.axis("axis", x.Shape, -1)
	if o.options["axis"] == nil {
		return o.fail("argmax over all axes")
	}
	n := x.Shape[a]
	if n < 0 || n > 1<<24 {
		return o.fail("argmax along an axis of size %d: wanted a known one of at most %d", n, 1<<24)
	}
	places := make([]float32, n)
	shape := make([]int, x.Rank()-a)
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = n
	for i := range places {
		places[i] = float32(i)
	}
	t, err := runtime.TensorOf(places, shape...)
	if err != nil {
		return o.fail("%w", err)
	}
	hit := o.Equal(x, o.Max(x, []int{a}, true))
	place := o.Min(o.Select(hit, o.Constant(t), o.Scalar(float32(n))), []int{a}, o.flag("keepdims", false))
	return o.Cast(place, runtime.Int32)
}
