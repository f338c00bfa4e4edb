package runtime

import (
	"fmt"
	"math"
)

// specialKinds lists functions of single numbers that are computed in float64, by
// Keras' names. Where no derivative stands it is 0.
var specialKinds = map[string]*unaryKind{}

type slope = func(b *Builder, x, y *Value) *Value

func init() {
	one := func(b *Builder) *Value { return b.Scalar(1) }
	for name, k := range map[string]struct {
		f func(x float64) float64
		d slope
	}{
		"tan":     {math.Tan, func(b *Builder, _, y *Value) *Value { return b.Add(one(b), b.Square(y)) }},
		"arcsin":  {math.Asin, func(b *Builder, x, _ *Value) *Value { return b.Rsqrt(b.Sub(one(b), b.Square(x))) }},
		"arccos":  {math.Acos, func(b *Builder, x, _ *Value) *Value { return b.Neg(b.Rsqrt(b.Sub(one(b), b.Square(x)))) }},
		"arctan":  {math.Atan, func(b *Builder, x, _ *Value) *Value { return b.Recip(b.Add(one(b), b.Square(x))) }},
		"sinh":    {math.Sinh, func(b *Builder, x, _ *Value) *Value { return b.Special("cosh", x) }},
		"cosh":    {math.Cosh, func(b *Builder, x, _ *Value) *Value { return b.Special("sinh", x) }},
		"arcsinh": {math.Asinh, func(b *Builder, x, _ *Value) *Value { return b.Rsqrt(b.Add(b.Square(x), one(b))) }},
		"arccosh": {math.Acosh, func(b *Builder, x, _ *Value) *Value { return b.Rsqrt(b.Sub(b.Square(x), one(b))) }},
		"arctanh": {math.Atanh, func(b *Builder, x, _ *Value) *Value { return b.Recip(b.Sub(one(b), b.Square(x))) }},
		"expm1":   {math.Expm1, func(b *Builder, _, y *Value) *Value { return b.Add(y, one(b)) }},
		"erfc": {math.Erfc, func(b *Builder, x, _ *Value) *Value {
			return b.Mul(b.Scalar(-2/math.SqrtPi), b.Exp(b.Neg(b.Square(x))))
		}},
		"erfinv":  {math.Erfinv, func(b *Builder, _, y *Value) *Value { return b.Mul(b.Scalar(math.SqrtPi/2), b.Exp(b.Square(y))) }},
		"lgamma":  {func(x float64) float64 { y, _ := math.Lgamma(x); return y }, func(b *Builder, x, _ *Value) *Value { return b.Special("digamma", x) }},
		"digamma": {digamma, nil},
		"i0":      {besselI0, func(b *Builder, x, _ *Value) *Value { return b.Special("i1", x) }},
		"i1":      {besselI1, nil},
		"trunc":   {math.Trunc, nil},
		"signbit": {func(x float64) float64 {
			if math.Signbit(x) {
				return 1
			}
			return 0
		}, nil},
	} {
		kind := &unaryKind{name: name, cost: 30, kernel: each(k.f)}
		if d := k.d; d != nil {
			kind.grad = func(b *Builder, _ unary, x, y, dy *Value) *Value { return b.Mul(dy, d(b, x, y)) }
		}
		specialKinds[name] = kind
	}
}

// Special adds a function of single numbers by Keras' name: tan, sinh, cosh,
// arcsin, arccos, arctan, arcsinh, arccosh, arctanh, expm1, erfc, erfinv, lgamma,
// digamma, i0, i1, trunc or signbit.
func (b *Builder) Special(name string, x *Value) *Value {
	k, ok := specialKinds[name]
	if !ok {
		return b.Fail(fmt.Errorf("no function of numbers is named %q", name))
	}
	return b.unary(k, x)
}

// besselI0 and besselI1 are modified Bessel functions of the first kind: the power
// series Σ (x²/4)^k/(k!·(k+n)!)·(x/2)^n, and where it grows the asymptotic one
// (Abramowitz and Stegun 9.6.10, 9.7.1).
func besselI0(x float64) float64 { return bessel(math.Abs(x), 0) }

func besselI1(x float64) float64 { return math.Copysign(bessel(math.Abs(x), 1), x) }

func bessel(x, n float64) float64 {
	if x > 40 {
		term, sum, mu := 1.0, 1.0, 4*n*n
		for k := 1.0; k < 20; k++ {
			term *= -(mu - (2*k-1)*(2*k-1)) / (k * 8 * x)
			sum += term
		}
		return math.Exp(x) / math.Sqrt(2*math.Pi*x) * sum
	}
	term := math.Pow(x/2, n)
	sum := term
	for k := 1.0; k < 200 && term > sum*1e-17; k++ {
		term *= x * x / 4 / (k * (k + n))
		sum += term
	}
	return sum
}

// digamma is the derivative of the logarithm of the gamma function: the
// recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18).
func digamma(x float64) float64 {
	if x <= 0 {
		if x == math.Trunc(x) {
			return math.NaN()
		}
		return digamma(1-x) - math.Pi/math.Tan(math.Pi*x)
	}
	sum := 0.0
	for ; x < 10; x++ {
		sum -= 1 / x
	}
	i := 1 / (x * x)
	return sum + math.Log(x) - 0.5/x - i*(1./12-i*(1./120-i*(1./252-i*(1./240-i*(1./132)))))
}
