package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type b = *runtime.Builder
	type v = *runtime.Value
	for name, c := range map[string]struct {
		f       func(b, v, v) v
		integer string // what Builder.Integer calls it
	}{
		"Add": {b.Add, "add"}, "Subtract": {b.Sub, "subtract"}, "Multiply": {b.Mul, "multiply"},
		"Maximum": {b.Maximum, "maximum"}, "Minimum": {b.Minimum, "minimum"}, "Power": {power, "power"},
		"FloorDivide": {func(b b, x, y v) v { return b.Floor(b.Div(x, y)) }, "floor_divide"},
		"Mod":         {func(b b, x, y v) v { return b.Pairwise("mod", x, y) }, "mod"},
		"Fmod":        {func(b b, x, y v) v { return b.Pairwise("fmod", x, y) }, "truncmod"},
		"Fmax":        {func(b b, x, y v) v { return orOther(b, x, y, b.Maximum(x, y)) }, "maximum"},
		"Fmin":        {func(b b, x, y v) v { return orOther(b, x, y, b.Minimum(x, y)) }, "minimum"},
	} {
		registerOperation(name, func(o *opCall) v {
			x, y := o.pair()
			if layers.IsInteger(x.DType) {
				return o.Integer(c.integer, x, y)
			}
			return o.inFloat(x.DType, func() v { return c.f(o.Builder, o.Cast(x, runtime.Float32), o.Cast(y, runtime.Float32)) })
		})
	}
	registerOperation("SquaredDifference", func(o *opCall) v {
		x, y := o.pair()
		return o.square(o.minus(x, y))
	})
	for _, name := range []string{"TrueDivide", "Divide"} {
		registerOperation(name, func(o *opCall) v {
			x, y := o.pair()
			return o.Div(o.Cast(x, runtime.Float32), o.Cast(y, runtime.Float32))
		})
	}
	for name, f := range map[string]func(b, v, v) v{
		"Greater": b.Greater, "GreaterEqual": b.GreaterEqual, "Less": b.Less, "LessEqual": b.LessEqual, "Equal": b.Equal, "NotEqual": b.NotEqual,
	} {
		registerOperation(name, func(o *opCall) v {
			x, y := o.pair()
			return f(o.Builder, x, y)
		})
	}
	for name, f := range map[string]func(b, v, v) v{"LogicalAnd": b.And, "LogicalOr": b.Or, "LogicalXor": b.NotEqual} {
		registerOperation(name, func(o *opCall) v {
			x, y := o.pair()
			return f(o.Builder, o.Cast(x, runtime.Bool), o.Cast(y, runtime.Bool))
		})
	}
	registerOperation("LogicalNot", func(o *opCall) v { return o.Not(o.Cast(o.x(), runtime.Bool)) })
	registerOperation("Where", func(o *opCall) v {
		condition := o.Cast(o.value(o.arg(0, "condition")), runtime.Bool)
		o.Args = append([]any{}, o.Args[min(1, len(o.Args)):]...)
		x, y := o.pair()
		return o.Select(condition, x, y)
	})
	registerOperation("Matmul", func(o *opCall) v {
		x, y := o.pair()
		if x.Rank() < 2 || y.Rank() < 2 {
			return o.fail("matmul of a vector: wanted rank 2 or more, received %s and %s", x.Shape, y.Shape)
		}
		return o.MatMulT(x, y, o.flag("transpose_a", false), o.flag("transpose_b", false))
	}, "transpose_a", "transpose_b")
}

// power is x^y; squares, which are most of them, take any x exactly.
func power(b *runtime.Builder, x, y *runtime.Value) *runtime.Value {
	if c := y.Constant(); c != nil && c.Len() == 1 && y.Rank() == 0 && c.Float32s()[0] == 2 {
		return b.Square(x)
	}
	return b.Pow(x, y)
}

// minus is x - y of one type.
func (o *opCall) minus(x, y *runtime.Value) *runtime.Value {
	if layers.IsInteger(x.DType) {
		return o.Integer("subtract", x, y)
	}
	return o.inFloat(x.DType, func() *runtime.Value { return o.Sub(o.Cast(x, runtime.Float32), o.Cast(y, runtime.Float32)) })
}

// times is x·y of one type.
func (o *opCall) times(x, y *runtime.Value) *runtime.Value {
	if layers.IsInteger(x.DType) {
		return o.Integer("multiply", x, y)
	}
	return o.inFloat(x.DType, func() *runtime.Value { return o.Mul(o.Cast(x, runtime.Float32), o.Cast(y, runtime.Float32)) })
}

func (o *opCall) square(x *runtime.Value) *runtime.Value {
	if layers.IsInteger(x.DType) {
		return o.Integer("multiply", x, x)
	}
	return o.inFloat(x.DType, func() *runtime.Value { return o.Square(o.Cast(x, runtime.Float32)) })
}

// orOther is z, which a function made of x and y, and where one of these is NaN
// the other.
func orOther(b *runtime.Builder, x, y, z *runtime.Value) *runtime.Value {
	return b.Select(b.NotEqual(x, x), y, b.Select(b.NotEqual(y, y), x, z))
}

// inFloat computes in float32 and gives the result x's type back, where a bool
// counts as int32.
func (o *opCall) inFloat(dtype runtime.DType, compute func() *runtime.Value) *runtime.Value {
	if dtype == runtime.Bool {
		dtype = runtime.Int32
	}
	return o.Cast(compute(), dtype)
}
