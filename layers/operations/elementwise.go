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
	for name, f := range map[string]func(b, v) v{"Absolute": b.Abs, "Negative": b.Neg, "Square": b.Square, "Sign": b.Sign} {
		registerOperation(name, func(o *opCall) v {
			x := o.x()
			return o.inFloat(x.DType, func() v { return f(o.Builder, o.Cast(x, runtime.Float32)) })
		})
	}
	for name, f := range map[string]func(b, v) v{
		"Exp": b.Exp, "Log": b.Log, "Log1p": b.Log1p, "Expm1": expm1, "Sqrt": b.Sqrt, "Rsqrt": b.Rsqrt, "Reciprocal": b.Recip,
		"Sin": b.Sin, "Cos": b.Cos, "Tan": func(b b, x v) v { return b.Div(b.Sin(x), b.Cos(x)) }, "Tanh": b.Tanh, "Erf": b.Erf,
		"Sinh":  func(b b, x v) v { return b.Mul(b.Scalar(0.5), b.Sub(expm1(b, x), expm1(b, b.Neg(x)))) },
		"Cosh":  func(b b, x v) v { return b.Mul(b.Scalar(0.5), b.Add(b.Exp(x), b.Exp(b.Neg(x)))) },
		"Log2":  func(b b, x v) v { return b.Mul(b.Log(x), b.Scalar(math.Log2E)) },
		"Log10": func(b b, x v) v { return b.Mul(b.Log(x), b.Scalar(math.Log10E)) },
		"Floor": b.Floor, "Ceil": b.Ceil,
	} {
		registerOperation(name, func(o *opCall) v { return f(o.Builder, o.f()) })
	}
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
		return o.inFloat(x.DType, func() v { return o.ClipByValue(o.Cast(x, runtime.Float32), lo, hi) })
	}, "x_min", "x_max")
	registerOperation("Cast", func(o *opCall) v {
		name, _ := o.options["dtype"].(string)
		return o.Cast(o.x(), layers.ValueType(name))
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
		return o.Cast(x, layers.ValueType(name))
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

// expm1 is e^x - 1 without loss near 0: tanh(x/2)·(e^x + 1).
func expm1(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	return b.Mul(b.Tanh(b.Mul(x, b.Scalar(0.5))), b.Add(b.Exp(x), b.Scalar(1)))
}

func allAxes(x *runtime.Value) []int {
	sizes := make([]int, x.Rank())
	for a := range sizes {
		sizes[a] = runtime.CopyAxis(a)
	}
	return sizes
}
