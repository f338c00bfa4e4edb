package operations

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type b = *runtime.Builder
	type v = *runtime.Value
	// Functions that keep integers integers.
	for _, name := range []string{"Absolute", "Abs"} {
		registerOperation(name, func(o *opCall) v { return o.absolute(o.x()) })
	}
	registerOperation("Negative", func(o *opCall) v {
		x := o.x()
		if layers.IsInteger(x.DType) {
			return o.Integer("subtract", layers.WholeNumber(o.Call, 0, x), x)
		}
		return o.inFloat(x.DType, func() v { return o.Neg(o.Cast(x, runtime.Float32)) })
	})
	registerOperation("Square", func(o *opCall) v { return o.square(o.x()) })
	registerOperation("Sign", func(o *opCall) v {
		x := o.x()
		return o.inFloat(x.DType, func() v { return o.Sign(o.Cast(x, runtime.Float32)) })
	})
	for name, f := range map[string]func(b, v) v{
		"Exp": b.Exp, "Log": b.Log, "Log1p": b.Log1p, "Sqrt": b.Sqrt, "Rsqrt": b.Rsqrt, "Reciprocal": b.Recip,
		"Sin": b.Sin, "Cos": b.Cos, "Tanh": b.Tanh, "Erf": b.Erf, "Fabs": b.Abs,
		"Exp2":    func(b b, x v) v { return b.Pow(b.Scalar(2), x) },
		"Log2":    func(b b, x v) v { return b.Mul(b.Log(x), b.Scalar(math.Log2E)) },
		"Log10":   func(b b, x v) v { return b.Mul(b.Log(x), b.Scalar(math.Log10E)) },
		"Deg2rad": func(b b, x v) v { return b.Mul(x, b.Scalar(math.Pi/180)) },
		"Rad2deg": func(b b, x v) v { return b.Mul(x, b.Scalar(180/math.Pi)) },
		"Cbrt":    func(b b, x v) v { return b.Mul(b.Sign(x), b.Pow(b.Abs(x), b.Scalar(1./3))) },
		"Sinc":    sinc,
		"Floor":   b.Floor, "Ceil": b.Ceil,
	} {
		registerOperation(name, func(o *opCall) v { return f(o.Builder, o.f()) })
	}
	for class, name := range map[string]string{
		"Tan": "tan", "Sinh": "sinh", "Cosh": "cosh", "Arcsin": "arcsin", "Arccos": "arccos", "Arctan": "arctan", "Arcsinh": "arcsinh",
		"Arccosh": "arccosh", "Arctanh": "arctanh", "Expm1": "expm1", "Erfc": "erfc", "Erfinv": "erfinv", "I0": "i0",
	} {
		registerOperation(class, func(o *opCall) v { return o.Special(name, o.f()) })
	}
	registerOperation("Trunc", func(o *opCall) v {
		if x := o.x(); layers.IsInteger(x.DType) {
			return x
		}
		return o.Special("trunc", o.f())
	})
	registerOperation("Round", func(o *opCall) v {
		scale := float32(math.Pow(10, float64(o.number("decimals", 0))))
		if scale == 1 {
			return o.Round(o.f())
		}
		return o.Div(o.Round(o.Mul(o.f(), o.Scalar(scale))), o.Scalar(scale))
	}, "decimals")
	registerOperation("Clip", func(o *opCall) v {
		x := o.x()
		lo, hi := o.number("x_min", math.Inf(-1)), o.number("x_max", math.Inf(1))
		if layers.IsInteger(x.DType) {
			return layers.ClipIntegers(o.Builder, x, lo, hi)
		}
		return o.inFloat(x.DType, func() v { return o.ClipByValue(o.Cast(x, runtime.Float32), lo, hi) })
	}, "x_min", "x_max")
	registerOperation("Cast", func(o *opCall) v {
		name, _ := o.options["dtype"].(string)
		return o.CastTo(o.x(), name)
	}, "dtype")
	registerOperation("Identity", func(o *opCall) v { return o.x() })
	registerOperation("StopGradient", func(o *opCall) v { return o.StopGradient(o.x()) })
	registerOperation("Isnan", func(o *opCall) v { x := o.f(); return o.NotEqual(x, x) })
	registerOperation("OnesLike", func(o *opCall) v { return o.filled(1) }, "dtype")
	registerOperation("ZerosLike", func(o *opCall) v { return o.filled(0) }, "dtype")
	registerOperation("ConvertToTensor", func(o *opCall) v { return o.typed(o.x()) }, "dtype", "sparse", "ragged")
}

// filled is a tensor of x's shape, and of its type unless an option names another.
func (o *opCall) filled(with float32) *runtime.Value {
	x := o.x()
	y := o.Fill(x, with, allAxes(x)...)
	if o.dtype() == "" {
		return o.Cast(y, x.DType)
	}
	return o.typed(y)
}

// typed gives a value the type that the option dtype names, if it names any.
func (o *opCall) typed(x *runtime.Value) *runtime.Value {
	if name := o.dtype(); name != "" {
		return o.CastTo(x, name)
	}
	return x
}

// dtype returns the type that the node or its call names, "" for none.
func (o *opCall) dtype() string {
	name, _ := o.options["dtype"].(string)
	if given, ok := o.Keyword("dtype").(string); ok {
		name = given
	}
	return name
}

// absolute is |x|.
func (o *opCall) absolute(x *runtime.Value) *runtime.Value {
	if layers.IsInteger(x.DType) {
		opposite := o.Builder.Integer("subtract", layers.WholeNumber(o.Call, 0, x), x)
		return o.Wrap(o.Builder.Integer("maximum", x, opposite), x)
	}
	return o.inFloat(x.DType, func() *runtime.Value { return o.Abs(o.Cast(x, runtime.Float32)) })
}

// sinc is sin(πx)/(πx), 1 at 0.
func sinc(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	zero := b.Equal(x, b.Scalar(0))
	p := b.Mul(b.Select(zero, b.Scalar(1), x), b.Scalar(math.Pi))
	return b.Select(zero, b.Scalar(1), b.Div(b.Sin(p), p))
}

func allAxes(x *runtime.Value) []int {
	sizes := make([]int, x.Rank())
	for a := range sizes {
		sizes[a] = runtime.CopyAxis(a)
	}
	return sizes
}
