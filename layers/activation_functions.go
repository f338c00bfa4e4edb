package layers

import "github.com/kerasrun/kerasrun/runtime"

// The activations of keras/src/activations/activations.py, with the defaults of
// their arguments. Where Keras 2 meant something else by a name, package keras
// writes another name into the configuration (hard_sigmoid_keras2).
func init() {
	type b = *runtime.Builder
	type v = *runtime.Value
	for name, f := range map[string]ActivationFunc{
		"linear":       func(_ b, x v) v { return x },
		"relu":         b.Relu,
		"relu6":        func(b b, x v) v { return b.Clamp(x, 0, 6) },
		"leaky_relu":   func(b b, x v) v { return b.LeakyRelu(x, 0.2) },
		"elu":          func(b b, x v) v { return b.Elu(x, 1) },
		"selu":         selu,
		"celu":         celu,
		"exponential":  b.Exp,
		"gelu":         b.Gelu,
		"gelu_tanh":    b.GeluTanh,
		"glu":          glu,
		"sigmoid":      b.Sigmoid,
		"log_sigmoid":  func(b b, x v) v { return b.Neg(b.Softplus(b.Neg(x))) },
		"hard_sigmoid": hardSigmoid,
		"hard_sigmoid_keras2": func(b b, x v) v {
			return b.ClipByValue(b.Add(b.Mul(x, b.Scalar(0.2)), b.Scalar(0.5)), 0, 1)
		},
		"silu":           b.Silu,
		"swish":          b.Silu,
		"hard_silu":      func(b b, x v) v { return b.Mul(x, hardSigmoid(b, x)) },
		"hard_swish":     func(b b, x v) v { return b.Mul(x, hardSigmoid(b, x)) },
		"hard_tanh":      func(b b, x v) v { return b.ClipByValue(x, -1, 1) },
		"tanh":           b.Tanh,
		"tanh_shrink":    func(b b, x v) v { return b.Sub(x, b.Tanh(x)) },
		"hard_shrink":    func(b b, x v) v { return b.Select(b.Greater(b.Abs(x), b.Scalar(0.5)), x, b.Scalar(0)) },
		"soft_shrink":    softShrink,
		"threshold":      func(b b, x v) v { return b.Select(b.Greater(x, b.Scalar(0)), x, b.Scalar(0)) },
		"softmax":        softmaxLast,
		"log_softmax":    b.LogSoftmax,
		"softplus":       b.Softplus,
		"softsign":       func(b b, x v) v { return b.Div(x, b.Add(b.Abs(x), b.Scalar(1))) },
		"squareplus":     func(b b, x v) v { return squareplus(b, x, 4) },
		"sparse_plus":    sparsePlus,
		"sparse_sigmoid": func(b b, x v) v { return b.Clamp(b.Mul(b.Add(x, b.Scalar(1)), b.Scalar(0.5)), 0, 1) },
		"sparsemax":      sparsemax,
		"mish":           func(b b, x v) v { return b.Mul(x, b.Tanh(b.Softplus(x))) },
	} {
		RegisterActivation(name, f)
	}
}

const (
	SeluAlpha = 1.6732632423543772 // Klambauer et al. 2017
	SeluScale = 1.0507009873554805
)

// selu has the derivative SeluScale at 0, where elu with this alpha would have
// SeluScale·SeluAlpha.
func selu(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	return b.Mul(b.Select(b.GreaterEqual(x, b.Scalar(0)), x, b.Elu(x, SeluAlpha)), b.Scalar(SeluScale))
}

// celu with alpha 1: max(x, 0) + min(e^x - 1, 0). Written as Keras writes it, so
// that its derivative at 0 is Keras' too.
func celu(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	zero := b.Scalar(0)
	return b.Add(b.Maximum(x, zero), b.Elu(b.Minimum(x, zero), 1))
}

func hardSigmoid(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	return b.Mul(b.Clamp(b.Add(x, b.Scalar(3)), 0, 6), b.Scalar(1.0/6))
}

func softShrink(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	half, zero := b.Scalar(0.5), b.Scalar(0)
	return b.Select(b.Greater(x, half), b.Sub(x, half), b.Select(b.Less(x, b.Scalar(-0.5)), b.Add(x, half), zero))
}

func squareplus(b *runtime.Builder, x *runtime.Value, a float32) *runtime.Value {
	return b.Mul(b.Add(x, b.Sqrt(b.Add(b.Square(x), b.Scalar(a)))), b.Scalar(0.5))
}

func sparsePlus(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	quarter := b.Mul(b.Square(b.Add(x, b.Scalar(1))), b.Scalar(0.25))
	return b.Select(b.LessEqual(x, b.Scalar(-1)), b.Scalar(0), b.Select(b.Less(x, b.Scalar(1)), quarter, x))
}

// softmaxLast is softmax over the last axis.
func softmaxLast(b *runtime.Builder, x *runtime.Value) *runtime.Value { return b.Softmax(x) }

// glu splits the last axis in two, x1·sigmoid(x2).
func glu(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	n, err := WantKnown(x.Shape, -1)
	if err != nil || n%2 != 0 {
		return b.Fail(&runtime.ShapeError{What: "glu", Wanted: "an even size of the last axis", Received: x.Shape.String()})
	}
	half := func(from, to int) *runtime.Value {
		ranges := make([]runtime.Range, x.Rank())
		for i := range ranges {
			ranges[i] = runtime.Whole
		}
		ranges[x.Rank()-1] = runtime.Range{From: from, To: to, Step: 1}
		return b.Slice(x, ranges...)
	}
	return b.Mul(half(0, n/2), b.Sigmoid(half(n/2, n)))
}

// sparsemax is max(x - tau, 0) with the tau of keras/src/backend/tensorflow/nn.py,
// whose numerator adds up the partial sums of the sorted elements where Martins
// and Astudillo 2016 take the last one. Instead of sorting it compares every two
// elements, the first of equal ones being the larger.
func sparsemax(b *runtime.Builder, x *runtime.Value) *runtime.Value {
	last := []int{-1}
	zero := b.Scalar(0)
	mine, others := b.ExpandDims(b.StopGradient(x), -1), b.ExpandDims(b.StopGradient(x), -2)
	place := b.Iota(x, -1)
	first := b.LessEqual(b.ExpandDims(place, -2), b.ExpandDims(place, -1))
	above := b.Or(b.Greater(others, mine), b.And(b.Equal(others, mine), first))
	rank := b.Sum(b.Select(above, b.Scalar(1), zero), last, false)
	partial := b.Sum(b.Select(above, b.ExpandDims(x, -2), zero), last, false)
	inside := b.Greater(b.Sub(x, b.Div(b.Sub(partial, b.Scalar(1)), rank)), zero)
	size := b.Sum(b.Select(inside, b.Scalar(1), zero), last, true)
	tau := b.Div(b.Sub(b.Sum(b.Select(inside, partial, zero), last, true), b.Scalar(1)), size)
	return b.Maximum(b.Sub(x, tau), zero)
}
