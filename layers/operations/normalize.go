package operations

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("RMSNorm", func(o *opCall) v {
		x, axes := o.f(), o.axesOr("axis", -1)
		y := o.Mul(x, o.Rsqrt(o.Add(o.Mean(o.Square(x), axes, true), o.Scalar(o.number("epsilon", 1e-7)))))
		return o.scaled(y, o.arg(1, "scale"), nil, []int{-1})
	}, "axis", "epsilon")
	registerOperation("LayerNorm", func(o *opCall) v {
		x, axes := o.f(), o.axesOr("axis", -1)
		y := x
		if !o.flag("rms_scaling", false) {
			y = o.Sub(x, o.Mean(x, axes, true))
		}
		y = o.Mul(y, o.Rsqrt(o.Add(variance(o, x, axes, true), o.Scalar(o.number("epsilon", 1e-7)))))
		beta := o.arg(2, "beta")
		if o.flag("rms_scaling", false) {
			beta = nil
		}
		return o.scaled(y, o.arg(1, "gamma"), beta, axes)
	}, "axis", "epsilon", "rms_scaling")
	registerOperation("BatchNorm", func(o *opCall) v {
		x, axes := o.f(), o.axesOr("axis", -1)
		mean, variance := o.along(x, o.arg(1, "mean"), axes), o.along(x, o.arg(2, "variance"), axes)
		y := o.Mul(o.Sub(x, mean), o.Rsqrt(o.Add(variance, o.Scalar(o.number("epsilon", 1e-3)))))
		return o.scaled(y, o.arg(4, "scale"), o.arg(3, "offset"), axes)
	}, "axis", "epsilon")
	registerOperation("PSNR", func(o *opCall) v {
		x, y := o.floats()
		most := float64(o.number("max_val", 1))
		loss := o.Mul(o.Log(o.Mean(o.Square(o.Sub(x, y)), nil, false)), o.Scalar(10*math.Log10E))
		return o.Sub(o.Scalar(float32(20*math.Log10(most))), loss)
	}, "max_val")
	registerOperation("DotProductAttention", func(o *opCall) v { return o.attention() }, "is_causal", "flash_attention", "attn_logits_soft_cap")
	for class, f := range map[string]func(o *opCall, x v) v{
		"SoftShrink": func(o *opCall, x v) v {
			t := o.Scalar(o.number("threshold", 0.5))
			return o.Select(o.Greater(x, t), o.Sub(x, t), o.Select(o.Less(x, o.Neg(t)), o.Add(x, t), o.Scalar(0)))
		},
		"HardShrink": func(o *opCall, x v) v {
			return o.Select(o.Greater(o.Abs(x), o.Scalar(o.number("threshold", 0.5))), x, o.Scalar(0))
		},
		"Threshold": func(o *opCall, x v) v {
			return o.Select(o.Greater(x, o.Scalar(o.number("threshold", 0))), x, o.Scalar(o.number("default_value", 0)))
		},
		"Squareplus": func(o *opCall, x v) v {
			return o.Mul(o.Scalar(0.5), o.Add(x, o.Sqrt(o.Add(o.Square(x), o.Scalar(o.number("b", 4))))))
		},
		"Celu": func(o *opCall, x v) v {
			a := o.number("alpha", 1)
			return o.Add(o.Relu(x), o.Mul(o.Scalar(a), o.Minimum(o.Special("expm1", o.Minimum(o.Div(x, o.Scalar(a)), o.Scalar(0))), o.Scalar(0))))
		},
		"Glu": func(o *opCall, x v) v {
			a := o.axis("axis", x.Shape, -1)
			if n := x.Shape[a]; n < 0 || n%2 != 0 {
				return o.fail("an even size of axis %d wanted, received %s", a, x.Shape)
			}
			return o.Mul(o.within(x, a, 0, x.Shape[a]/2), o.Sigmoid(o.within(x, a, x.Shape[a]/2, runtime.End)))
		},
		"Sparsemax": func(o *opCall, x v) v {
			f, _ := layers.ActivationNamed("sparsemax")
			return o.alongLast("axis", x, func(x v) v { return f.Apply(o.Call, x).Value })
		},
	} {
		registerOperation(class, func(o *opCall) v { return f(o, o.f()) }, "threshold", "default_value", "b", "alpha", "axis")
	}
}

// axesOr returns an option's axes, or the one that stands for none.
func (o *opCall) axesOr(key string, otherwise int) []int {
	if axes := o.axes(key); axes != nil {
		return axes
	}
	return []int{otherwise}
}

// along gives a vector the axes of x, to stand on the given ones.
func (o *opCall) along(x *runtime.Value, given any, axes []int) *runtime.Value {
	w := o.Cast(o.value(given), runtime.Float32)
	if w.Rank() == x.Rank() || len(axes) == 1 && o.places(x.Rank(), axes)[0] == x.Rank()-1 {
		return w
	}
	sizes := ones(x.Rank())
	for _, a := range o.places(x.Rank(), axes) {
		if sizes[a] = x.Shape[a]; x.Shape[a] < 0 {
			return o.fail("known sizes of axes %v wanted, received %s", axes, x.Shape)
		}
	}
	return o.Reshape(w, sizes...)
}

// scaled multiplies by a scale and adds an offset, either of which may be nil.
func (o *opCall) scaled(x *runtime.Value, scale, offset any, axes []int) *runtime.Value {
	if scale != nil {
		x = o.Mul(x, o.along(x, scale, axes))
	}
	if offset != nil {
		x = o.Add(x, o.along(x, offset, axes))
	}
	return x
}

// attention weighs values by softmax(scale·query·keyᵀ + bias) for each head; tensors
// are (batch, time, heads, size) (keras/src/backend/tensorflow/nn.py).
func (o *opCall) attention() *runtime.Value {
	q, k, v := o.Cast(o.value(o.arg(0, "query")), runtime.Float32), o.Cast(o.value(o.arg(1, "key")), runtime.Float32), o.Cast(o.value(o.arg(2, "value")), runtime.Float32)
	if q.Rank() != 4 || k.Rank() != 4 || v.Rank() != 4 {
		return o.fail("tensors of rank 4 wanted, received %s, %s and %s", q.Shape, k.Shape, v.Shape)
	}
	if o.options["attn_logits_soft_cap"] != nil {
		return o.fail("attn_logits_soft_cap=%s", layers.Brief(o.options["attn_logits_soft_cap"]))
	}
	size := q.Shape[3]
	if size < 1 {
		return o.fail("a known size of the query's heads wanted, received %s", q.Shape)
	}
	scale := o.Scalar(float32(1 / math.Sqrt(float64(size))))
	if given := o.arg(5, "scale"); given != nil {
		scale = o.Cast(o.value(given), runtime.Float32)
	}
	heads := []int{0, 2, 1, 3}
	if n, m := q.Shape[2], k.Shape[2]; n > 0 && m > 0 && n != m {
		if n%m != 0 {
			return o.fail("heads that the key's %d divide wanted, received %d", m, n)
		}
		k, v = o.Repeat(k, 2, n/m), o.Repeat(v, 2, n/m)
	}
	logits := o.Mul(o.MatMulT(o.Transpose(q, heads...), o.Transpose(k, heads...), false, true), scale)
	if bias := o.arg(3, "bias"); bias != nil {
		logits = o.Add(logits, o.Cast(o.value(bias), runtime.Float32))
	}
	if mask := o.arg(4, "mask"); mask != nil {
		logits = o.Select(o.Cast(o.value(mask), runtime.Bool), logits, o.Scalar(-0.7*math.MaxFloat32))
	}
	if o.flag("is_causal", false) {
		logits = o.Select(o.LessEqual(o.Iota(logits, 3), o.Iota(logits, 2)), logits, o.Scalar(-0.7*math.MaxFloat32))
	}
	return o.Transpose(o.MatMul(o.Softmax(logits), o.Transpose(v, heads...)), heads...)
}
