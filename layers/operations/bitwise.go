package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	for class, name := range map[string]string{
		"BitwiseAnd": "bitwise_and", "BitwiseOr": "bitwise_or", "BitwiseXor": "bitwise_xor", "Gcd": "gcd", "Lcm": "lcm",
		"LeftShift": "left_shift", "BitwiseLeftShift": "left_shift", "RightShift": "right_shift", "BitwiseRightShift": "right_shift",
	} {
		registerOperation(class, func(o *opCall) *runtime.Value {
			o.renameArguments("x", "y")
			x, y := o.pair()
			return o.integers(name, x, y)
		})
	}
	for _, class := range []string{"BitwiseInvert", "BitwiseNot"} {
		registerOperation(class, func(o *opCall) *runtime.Value {
			x := o.x()
			if x.DType == runtime.Bool {
				return o.Not(x)
			}
			return o.integers("bitwise_xor", x, layers.WholeNumber(o.Call, -1, x))
		})
	}
}

// integers applies a function of integers; a bool, which Keras takes as one, is
// computed as int32.
func (o *opCall) integers(name string, x, y *runtime.Value) *runtime.Value {
	switch x.DType {
	case runtime.Float32:
		return o.fail("integers wanted, received %s", x.Type)
	case runtime.Bool:
		z := o.Integer(name, o.Cast(x, runtime.Int32), o.Cast(y, runtime.Int32))
		return o.Cast(z, runtime.Bool)
	}
	return o.Integer(name, x, y)
}

// renameArguments takes arguments given by these names for the first positional
// ones.
func (o *opCall) renameArguments(names ...string) {
	args := append([]any{}, o.Args...)
	for i, name := range names {
		if i >= len(args) && o.Keyword(name) != nil {
			args = append(args, o.Keyword(name))
		}
	}
	o.Args = args
}
