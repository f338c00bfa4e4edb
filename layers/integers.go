package layers

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/runtime"
)

// Enter tells the calls of a model what kind of data enters it. Integers of 8 and 16
// bits are computed in 32, so what would wrap is an error.
func (c *Call) Enter(in *InputLayer) {
	switch in.DType.Name {
	case "int8", "int16", "uint8", "uint16", "uint32":
		c.trace.narrow = true
	}
}

// IsInteger reports whether values of a type are whole numbers.
func IsInteger(d runtime.DType) bool { return d == runtime.Int32 || d == runtime.Int64 }

// Floats returns x as floats: for what Keras computes in floats whatever it is called
// on.
func Floats(c *Call, x *runtime.Value) *runtime.Value { return c.Cast(x, runtime.Float32) }

// Arithmetic returns a function of two numbers that makes an integer of two, which
// Builder.Integer knows by that name, and is f of all others.
func Arithmetic(c *Call, integer string, f func(x, y *runtime.Value) *runtime.Value) func(x, y *runtime.Value) *runtime.Value {
	return func(x, y *runtime.Value) *runtime.Value {
		switch {
		case !IsInteger(x.DType) || !IsInteger(y.DType):
			return f(Floats(c, x), Floats(c, y))
		case x.DType != y.DType:
			x, y = c.Cast(x, runtime.Int64), c.Cast(y, runtime.Int64)
		}
		if c.trace.narrow && integer != "maximum" && integer != "minimum" {
			c.Fail(fmt.Errorf("%s of integers in a model with inputs of 8 or 16 bits, which Keras lets wrap", integer))
		}
		return c.Integer(integer, x, y)
	}
}

// WholeNumber adds a number of the type of x.
func WholeNumber(c *Call, n float32, x *runtime.Value) *runtime.Value {
	return c.Cast(c.Scalar(n), x.DType)
}

// ClipIntegers holds integers between the whole parts of two numbers, which may be
// infinite.
func ClipIntegers(b *runtime.Builder, x *runtime.Value, lo, hi float32) *runtime.Value {
	if !math.IsInf(float64(lo), 0) {
		x = b.Integer("maximum", x, b.Cast(b.Scalar(lo), x.DType))
	}
	if !math.IsInf(float64(hi), 0) {
		x = b.Integer("minimum", x, b.Cast(b.Scalar(hi), x.DType))
	}
	return x
}
