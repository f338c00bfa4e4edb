package operations

import (
	"math"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	for class, name := range map[string]string{
		"Arctan2": "arctan2", "Hypot": "hypot", "Logaddexp": "logaddexp", "Logaddexp2": "logaddexp2", "Nextafter": "nextafter",
	} {
		registerOperation(class, func(o *opCall) v {
			x, y := o.floats()
			return o.Pairwise(name, x, y)
		})
	}
	registerOperation("Ldexp", func(o *opCall) v {
		x, y := o.floats()
		return o.Mul(x, o.Pow(o.Scalar(2), y))
	})
	registerOperation("DivideNoNan", func(o *opCall) v {
		x, y := o.floats()
		zero := o.Equal(y, o.Scalar(0))
		return o.Select(zero, o.Scalar(0), o.Div(x, o.Select(zero, o.Scalar(1), y)))
	})
	registerOperation("Heaviside", func(o *opCall) v {
		x, y := o.floats()
		return o.Select(o.Less(x, o.Scalar(0)), o.Scalar(0), o.Select(o.Greater(x, o.Scalar(0)), o.Scalar(1), y))
	})
	registerOperation("Isclose", func(o *opCall) v {
		x, y := o.pair()
		return o.close(x, y, o.tolerance(2, "rtol", 1e-5), o.tolerance(3, "atol", 1e-8))
	}, "equal_nan")
	registerOperation("AllClose", func(o *opCall) v {
		x, y := o.pair()
		near := o.close(x, y, o.Scalar(o.number("rtol", 1e-5)), o.Scalar(o.number("atol", 1e-8)))
		return o.Cast(o.Min(o.Cast(near, runtime.Float32), nil, false), runtime.Bool)
	}, "rtol", "atol", "equal_nan")
	for class, f := range map[string]func(o *opCall, x v) v{
		"Isfinite": func(o *opCall, x v) v { return o.Less(o.Abs(x), o.infinity()) },
		"Isinf":    func(o *opCall, x v) v { return o.Equal(o.Abs(x), o.infinity()) },
		"Isposinf": func(o *opCall, x v) v { return o.Equal(x, o.infinity()) },
		"Isneginf": func(o *opCall, x v) v { return o.Equal(o.Neg(x), o.infinity()) },
		"Isreal":   func(o *opCall, x v) v { return o.Or(o.Equal(x, x), o.NotEqual(x, x)) },
		"Signbit":  func(o *opCall, x v) v { return o.Cast(o.Special("signbit", x), runtime.Bool) },
		"Imag":     func(o *opCall, x v) v { return o.ZerosLike(x) },
		"Angle":    func(o *opCall, x v) v { return o.Select(o.Less(x, o.Scalar(0)), o.Scalar(math.Pi), o.Scalar(0)) },
	} {
		registerOperation(class, func(o *opCall) v { return f(o, o.f()) })
	}
	for _, class := range []string{"Conj", "Conjugate", "Copy", "Real"} { // of a real number
		registerOperation(class, func(o *opCall) v { return o.x() })
	}
	registerOperation("NanToNum", func(o *opCall) v {
		x := o.x()
		if x.DType != runtime.Float32 {
			return x
		}
		return o.finite(x, o.number("nan", 0), o.number("posinf", math.MaxFloat32), o.number("neginf", -math.MaxFloat32))
	}, "nan", "posinf", "neginf")
}

func (o *opCall) infinity() *runtime.Value { return o.Scalar(float32(math.Inf(1))) }

// finite puts numbers in the place of NaN and of infinities.
func (o *opCall) finite(x *runtime.Value, nan, positive, negative float32) *runtime.Value {
	y := o.Select(o.NotEqual(x, x), o.Scalar(nan), x)
	y = o.Select(o.Equal(x, o.infinity()), o.Scalar(positive), y)
	return o.Select(o.Equal(x, o.Neg(o.infinity())), o.Scalar(negative), y)
}

// floats returns the first two arguments as float32.
func (o *opCall) floats() (x, y *runtime.Value) {
	x, y = o.pair()
	return o.Cast(x, runtime.Float32), o.Cast(y, runtime.Float32)
}

// tolerance reads a number that may stand among the arguments.
func (o *opCall) tolerance(i int, name string, otherwise float32) *runtime.Value {
	v := o.arg(i, name)
	if v == nil {
		return o.Scalar(otherwise)
	}
	return o.Cast(o.value(v), runtime.Float32)
}

// close reports |x-y| <= atol + rtol·|y|, for integers x = y.
func (o *opCall) close(x, y *runtime.Value, rtol, atol *runtime.Value) *runtime.Value {
	if x.DType != runtime.Float32 {
		return o.Equal(x, y)
	}
	near := o.LessEqual(o.Abs(o.Sub(x, y)), o.Add(atol, o.Mul(rtol, o.Abs(y))))
	if o.flag("equal_nan", false) {
		near = o.Or(near, o.And(o.NotEqual(x, x), o.NotEqual(y, y)))
	}
	return near
}
