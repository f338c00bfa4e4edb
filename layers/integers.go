package layers

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/runtime"
)

// wholeType is a type of integers that Keras has. The runtime computes those of less
// than 32 bits in int32 and uint32 in int64, so what would leave their range is brought
// back into it.
type wholeType struct {
	bits   int
	signed bool
}

var wholeTypes = map[string]wholeType{
	"int8": {8, true}, "int16": {16, true}, "int32": {32, true}, "int64": {64, true},
	"uint8": {8, false}, "uint16": {16, false}, "uint32": {32, false},
}

// narrow reports whether the runtime computes the type in a wider one.
func (t wholeType) narrow() bool { return t.bits < 32 || !t.signed }

// with is the narrowest type that holds both, as Keras promotes them.
func (t wholeType) with(u wholeType) wholeType {
	switch {
	case t.signed == u.signed:
		return wholeType{max(t.bits, u.bits), t.signed}
	case t.signed:
		return wholeType{max(t.bits, 2*u.bits), true}
	}
	return wholeType{max(2*t.bits, u.bits), true}
}

// Enter tells the calls of a model which data enters it as what.
func (c *Call) Enter(in *InputLayer, x *runtime.Value) { c.mark(x, in.DType.Name) }

// mark notes which of Keras' types a value has. Without integers of less than 32 bits
// nothing is noted: each is then what the runtime has.
func (c *Call) mark(x *runtime.Value, dtype string) {
	if t, ok := wholeTypes[dtype]; ok {
		c.trace.whole[x] = t
		c.trace.narrow = c.trace.narrow || t.narrow()
	}
}

// CastTo adds x in a Keras type, in which integers that are too large wrap.
func (c *Call) CastTo(x *runtime.Value, dtype string) *runtime.Value {
	y := c.Builder.Cast(x, ValueType(dtype))
	if t, ok := wholeTypes[dtype]; ok && t.narrow() {
		y = c.wrap(y, t)
	}
	if y == x && c.trace.narrow {
		y = c.StopGradient(x) // x stays what it is
	}
	c.mark(y, dtype)
	return y
}

// Cast adds x in another of the runtime's types. Integers stay what they are in Keras.
func (c *Call) Cast(x *runtime.Value, dtype runtime.DType) *runtime.Value {
	y := c.Builder.Cast(x, dtype)
	if y == x || !IsInteger(dtype) {
		return y
	}
	if t, ok := c.known(x); ok && IsInteger(x.DType) {
		c.trace.whole[y] = t
	}
	if c.isNumber(x) {
		c.trace.numbers[y] = true
	}
	return y
}

// wrap brings integers into the range of their type.
func (c *Call) wrap(x *runtime.Value, t wholeType) *runtime.Value {
	if !t.narrow() {
		return x
	}
	if !t.signed {
		mask, _ := runtime.TensorOf([]int64{1<<t.bits - 1})
		return c.Builder.Integer("bitwise_and", x, c.Builder.Cast(c.Constant(mask), x.DType))
	}
	n := WholeNumber(c, float32(32-t.bits), x)
	return c.Builder.Integer("right_shift", c.Builder.Integer("left_shift", x, n), n)
}

// staysInRange has the functions of integers whose results never leave the type of
// their operands.
var staysInRange = map[string]bool{
	"maximum": true, "minimum": true, "mod": true, "truncmod": true, "gcd": true, "bitwise_and": true, "bitwise_or": true,
}

// Integer adds a function of integers, as Builder.Integer does, in the type that Keras
// has for it. Where that is not known and would matter, the call fails.
func (c *Call) Integer(name string, x, y *runtime.Value) *runtime.Value {
	t, known := c.wholeType(x, y)
	if !known && !staysInRange[name] {
		return c.Fail(fmt.Errorf("%s of integers in a model with integers of 8 or 16 bits or uint32, which Keras lets wrap: it is not known whether these do", name))
	}
	if name == "left_shift" || name == "right_shift" {
		y = ClipIntegers(c.Builder, y, 0, float32(t.bits-1))
	}
	z := c.Builder.Integer(name, x, y)
	if known && c.trace.narrow {
		if !staysInRange[name] {
			z = c.wrap(z, t)
		}
		c.trace.whole[z] = t
	}
	return z
}

// wholeType is the type that Keras computes a function of two integers in. A bare
// number takes the type of the other.
func (c *Call) wholeType(x, y *runtime.Value) (t wholeType, known bool) {
	if !c.trace.narrow {
		if x.DType == runtime.Int64 {
			return wholeTypes["int64"], true
		}
		return wholeTypes["int32"], true
	}
	t, known = c.known(x)
	u, ok := c.known(y)
	switch {
	case known && ok:
		return t.with(u), true
	case known && c.isNumber(y):
		return t, true
	case ok && c.isNumber(x):
		return u, true
	}
	return wholeTypes["int64"], false
}

// known is the type of an integer, as far as it can be followed back to what was
// marked.
func (c *Call) known(x *runtime.Value) (wholeType, bool) {
	t, ok := c.trace.whole[x]
	if !ok && c.trace.narrow {
		for i, source := range x.Sources() {
			s, _ := c.known(source)
			if i > 0 && s != t {
				s = wholeType{}
			}
			if t = s; t.bits == 0 {
				break
			}
		}
		c.trace.whole[x] = t // an empty one too, so that no way is gone twice
	}
	return t, t.bits > 0
}

// Wrap adds y, which was computed of x alone and is of its type in Keras, where what
// is too large wraps.
func (c *Call) Wrap(y, x *runtime.Value) *runtime.Value {
	if !c.trace.narrow || !IsInteger(y.DType) {
		return y
	}
	t, ok := c.known(x)
	if !ok {
		return c.Fail(fmt.Errorf("integers of an unknown type in a model with integers of 8 or 16 bits or uint32, which Keras lets wrap"))
	}
	y = c.wrap(y, t)
	c.trace.whole[y] = t
	return y
}

// ToAddUp adds x in the type that Keras adds and multiplies its elements up in, which
// has at least 32 bits.
func (c *Call) ToAddUp(x *runtime.Value) *runtime.Value {
	t, ok := c.known(x)
	switch {
	case !ok || t.bits >= 32:
		return x
	case t.signed:
		return c.CastTo(x, "int32")
	}
	return c.CastTo(x, "uint32")
}

// isNumber reports whether x is a bare number, maybe in another type than it was
// written in.
func (c *Call) isNumber(x *runtime.Value) bool {
	return x.Rank() == 0 && (x.Constant() != nil || c.trace.numbers[x])
}

// IsInteger reports whether values of a type are whole numbers.
func IsInteger(d runtime.DType) bool { return d == runtime.Int32 || d == runtime.Int64 }

// Floats returns x as floats: for what Keras computes in floats whatever it is called
// on.
func Floats(c *Call, x *runtime.Value) *runtime.Value { return c.Cast(x, runtime.Float32) }

// Arithmetic returns a function of two numbers that makes an integer of two, which
// Call.Integer knows by that name, and is f of all others.
func Arithmetic(c *Call, integer string, f func(x, y *runtime.Value) *runtime.Value) func(x, y *runtime.Value) *runtime.Value {
	return func(x, y *runtime.Value) *runtime.Value {
		switch {
		case !IsInteger(x.DType) || !IsInteger(y.DType):
			return f(Floats(c, x), Floats(c, y))
		case x.DType != y.DType:
			x, y = c.Cast(x, runtime.Int64), c.Cast(y, runtime.Int64)
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
