package operations

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	type b = *runtime.Builder
	type v = *runtime.Value
	for name, f := range map[string]func(b, v, v) v{
		"Add": b.Add, "Subtract": b.Sub, "Multiply": b.Mul, "Maximum": b.Maximum, "Minimum": b.Minimum, "Power": power,
		"FloorDivide":       func(b b, x, y v) v { return b.Floor(b.Div(x, y)) },
		"Mod":               func(b b, x, y v) v { return b.Sub(x, b.Mul(b.Floor(b.Div(x, y)), y)) },
		"SquaredDifference": func(b b, x, y v) v { return b.Square(b.Sub(x, y)) },
	} {
		registerOperation(name, func(o *opCall) v {
			x, y := o.pair()
			return o.inFloat(x.DType, func() v { return f(o.Builder, o.Cast(x, runtime.Float32), o.Cast(y, runtime.Float32)) })
		})
	}
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
		return o.inFloat(x.DType, func() v { return o.Select(condition, o.Cast(x, runtime.Float32), o.Cast(y, runtime.Float32)) })
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

// inFloat computes in float32 and gives the result an integer type back:
// integers are exact below 2^24, which is what indices and counts need.
func (o *opCall) inFloat(dtype runtime.DType, compute func() *runtime.Value) *runtime.Value {
	if dtype == runtime.Bool {
		dtype = runtime.Int32
	}
	return o.Cast(compute(), dtype)
}
