package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	for class, name := range map[string]string{
		"Relu": "relu", "Relu6": "relu6", "Silu": "silu", "Softplus": "softplus", "Softsign": "softsign", "Sigmoid": "sigmoid", "Selu": "selu",
		"HardSigmoid": "hard_sigmoid", "HardSilu": "hard_silu", "HardTanh": "hard_tanh", "LogSigmoid": "log_sigmoid", "TanhShrink": "tanh_shrink",
		"SparsePlus": "sparse_plus", "SparseSigmoid": "sparse_sigmoid",
	} {
		registerOperation(class, func(o *opCall) v {
			f, ok := layers.ActivationNamed(name)
			if !ok {
				return o.fail("no activation %q is registered", name)
			}
			return f.Apply(o.Call, o.f()).Value
		})
	}
	registerOperation("LeakyRelu", func(o *opCall) v { return o.LeakyRelu(o.f(), o.number("negative_slope", 0.2)) }, "negative_slope")
	registerOperation("Elu", func(o *opCall) v { return o.Elu(o.f(), o.number("alpha", 1)) }, "alpha")
	registerOperation("Gelu", func(o *opCall) v {
		if o.flag("approximate", true) {
			return o.GeluTanh(o.f())
		}
		return o.Gelu(o.f())
	}, "approximate")
	registerOperation("Softmax", func(o *opCall) v { return o.alongLast("axis", o.f(), o.Softmax) }, "axis")
	registerOperation("LogSoftmax", func(o *opCall) v { return o.alongLast("axis", o.f(), o.LogSoftmax) }, "axis")
	registerOperation("Logsumexp", func(o *opCall) v {
		x, axes := o.f(), o.axes("axis")
		m := o.Max(x, axes, true)
		s := o.Log(o.Sum(o.Exp(o.Sub(x, m)), axes, o.flag("keepdims", false)))
		return o.Add(s, o.Max(x, axes, o.flag("keepdims", false)))
	}, "axis", "keepdims")
	registerOperation("Normalize", func(o *opCall) v {
		if p := o.number("order", 2); p != 2 {
			return o.fail("normalize with order=%v", p)
		}
		x, epsilon := o.f(), o.number("epsilon", 1e-7)
		axes := o.axes("axis")
		if axes == nil {
			axes = []int{-1}
		}
		return o.Mul(x, o.Rsqrt(o.Maximum(o.Sum(o.Square(x), axes, true), o.Scalar(epsilon*epsilon))))
	}, "axis", "order", "epsilon")
	registerOperation("OneHot", func(o *opCall) v {
		n := int(o.number("num_classes", 0))
		if n < 1 {
			return o.fail("num_classes must be >= 1, received %d", n)
		}
		y := o.Indicate(o.Cast(o.x(), runtime.Int32), n)
		to := o.axis("axis", y.Shape, -1)
		return o.moveLast(y, to)
	}, "num_classes", "axis", "dtype", "sparse")
}

// alongLast applies f, which works along the last axis, along the option's.
func (o *opCall) alongLast(key string, x *runtime.Value, f func(*runtime.Value) *runtime.Value) *runtime.Value {
	a := o.axis(key, x.Shape, -1)
	if a == x.Rank()-1 {
		return f(x)
	}
	perm := make([]int, x.Rank())
	for i := range perm {
		perm[i] = i
	}
	perm[a], perm[len(perm)-1] = len(perm)-1, a
	return o.Transpose(f(o.Transpose(x, perm...)), perm...)
}

// moveLast moves the last axis to place a.
func (o *opCall) moveLast(x *runtime.Value, a int) *runtime.Value {
	if a == x.Rank()-1 {
		return x
	}
	var perm []int
	for i := range x.Rank() - 1 {
		if i == a {
			perm = append(perm, x.Rank()-1)
		}
		perm = append(perm, i)
	}
	return o.Transpose(x, perm...)
}
