package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// unaryCase describes a function by its float64 truth and the error allowed.
type unaryCase struct {
	name   string
	f      func(dst, x []float32)
	truth  func(x float64) float64
	maxULP float64
}

func unaryCases() []unaryCase {
	return []unaryCase{
		{"exp", Exp, math.Exp, 2},
		{"log", Log, math.Log, 2},
		{"log1p", Log1p, math.Log1p, 1},
		{"tanh", Tanh, math.Tanh, 2},
		{"sigmoid", Sigmoid, sigmoid64, 3},
		{"erf", Erf, math.Erf, 2},
		{"gelu", Gelu, gelu64, 2},
		{"geluTanh", GeluTanh, geluTanh64, 2},
		{"silu", Silu, silu64, 2},
		{"softplus", Softplus, softplus64, 2},
		{"elu", elu1, elu64, 2},
		{"relu", Relu, func(x float64) float64 { return max(x, 0) }, 0},
		{"abs", Abs, math.Abs, 0},
		{"neg", Neg, func(x float64) float64 { return -x }, 0},
		{"square", Square, func(x float64) float64 { return x * x }, 0.5},
		{"sqrt", Sqrt, math.Sqrt, 0.5},
		{"rsqrt", Rsqrt, func(x float64) float64 { return 1 / math.Sqrt(x) }, 1.5},
		{"recip", Recip, func(x float64) float64 { return 1 / x }, 0.5},
	}
}

func elu1(dst, x []float32) { Elu(dst, x, 1) }

func sigmoid64(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func gelu64(x float64) float64 {
	if x < -40 {
		return 0
	}
	return x * 0.5 * math.Erfc(-x/math.Sqrt2)
}

func geluTanh64(x float64) float64 {
	if x < -40 {
		return 0
	}
	return x * sigmoid64(2*math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x))
}

func silu64(x float64) float64 {
	if x < -700 {
		return 0
	}
	return x * sigmoid64(x)
}

func softplus64(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

func elu64(x float64) float64 {
	if x > 0 {
		return x
	}
	return math.Expm1(x)
}

// ulps is the distance of got from want in units of want's last place as a
// float32. Infinities count as the value that follows MaxFloat32.
func ulps(got float32, want float64) float64 {
	switch {
	case math.IsNaN(want):
		if got != got {
			return 0
		}
		return math.Inf(1)
	case float64(got) == want:
		return 0
	case math.IsInf(float64(float32(want)), 0) && got == float32(want):
		return 0
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}

// samples walks all float32 values in steps coprime to the exponent's span, so
// that every magnitude of either sign is met.
func samples(n int) []float32 {
	xs := make([]float32, n)
	step := uint32((1<<32)/uint64(n)) | 1
	for i := range xs {
		xs[i] = math.Float32frombits(uint32(i) * step)
	}
	return xs
}

// dense adds n values spread evenly over [lo, hi].
func dense(xs []float32, n int, lo, hi float64) []float32 {
	for i := range n {
		xs = append(xs, float32(lo+(hi-lo)*(float64(i)+0.5)/float64(n)))
	}
	return xs
}

func TestUnaryAccuracy(t *testing.T) {
	xs := samples(200_000)
	xs = dense(xs, 100_000, -1, 1)
	xs = dense(xs, 100_000, -20, 20)
	xs = dense(xs, 50_000, -110, 110)
	got := make([]float32, len(xs))
	eachVariant(t, func(t *testing.T) {
		for _, c := range unaryCases() {
			if c.truth == nil {
				continue
			}
			c.f(got, xs)
			worst, at := 0.0, 0
			for i, x := range xs {
				if u := ulps(got[i], c.truth(float64(x))); u > worst {
					worst, at = u, i
				}
			}
			t.Logf("%-11s worst %.3f ulp at %g: %g, want %g", c.name, worst, xs[at], got[at], c.truth(float64(xs[at])))
			assert.LessOrEqual(t, worst, c.maxULP+0.001, "%s", c.name)
		}
	})
}

func TestUnaryEdges(t *testing.T) { eachVariant(t, testUnaryEdges) }

func testUnaryEdges(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	negZero := float32(math.Copysign(0, -1))
	for _, c := range []struct {
		name    string
		f       func(dst, x []float32)
		x, want float32
	}{
		{"exp", Exp, 100, inf}, {"exp", Exp, inf, inf}, {"exp", Exp, -110, 0}, {"exp", Exp, -inf, 0},
		{"exp", Exp, -100, 3.783506e-44}, {"exp", Exp, 0, 1}, {"exp", Exp, negZero, 1},
		{"log", Log, 0, -inf}, {"log", Log, negZero, -inf}, {"log", Log, -1, nan}, {"log", Log, inf, inf}, {"log", Log, 1, 0}, {"log", Log, -inf, nan},
		{"tanh", Tanh, inf, 1}, {"tanh", Tanh, -inf, -1}, {"tanh", Tanh, 0, 0}, {"tanh", Tanh, negZero, negZero}, {"tanh", Tanh, 1e-40, 1e-40},
		{"sigmoid", Sigmoid, inf, 1}, {"sigmoid", Sigmoid, -inf, 0}, {"sigmoid", Sigmoid, 0, 0.5}, {"sigmoid", Sigmoid, -100, 3.783506e-44},
		{"relu", Relu, -1, 0}, {"relu", Relu, inf, inf}, {"relu", Relu, -inf, 0},
		{"erf", Erf, inf, 1}, {"erf", Erf, -inf, -1}, {"erf", Erf, negZero, negZero},
		{"gelu", Gelu, inf, inf}, {"gelu", Gelu, -inf, 0}, {"gelu", Gelu, 0, 0}, {"gelu", Gelu, 1e30, 1e30},
		{"geluTanh", GeluTanh, inf, inf}, {"geluTanh", GeluTanh, -inf, 0}, {"geluTanh", GeluTanh, 0, 0}, {"geluTanh", GeluTanh, 1e30, 1e30},
		{"silu", Silu, inf, inf}, {"silu", Silu, -inf, 0}, {"silu", Silu, 0, 0}, {"silu", Silu, 1e38, 1e38},
		{"softplus", Softplus, inf, inf}, {"softplus", Softplus, -inf, 0}, {"softplus", Softplus, -100, 3.783506e-44}, {"softplus", Softplus, 1e38, 1e38},
		{"elu", elu1, inf, inf}, {"elu", elu1, -inf, -1}, {"elu", elu1, 0, 0}, {"elu", elu1, -1e-40, -1e-40},
		{"abs", Abs, -inf, inf}, {"abs", Abs, negZero, 0}, {"neg", Neg, 0, negZero},
		{"sqrt", Sqrt, inf, inf}, {"sqrt", Sqrt, -1, nan}, {"rsqrt", Rsqrt, 0, inf}, {"recip", Recip, negZero, -inf},
	} {
		var got [1]float32
		c.f(got[:], []float32{c.x})
		if c.want != c.want {
			assert.True(t, got[0] != got[0], "%s(%g) = %g, want NaN", c.name, c.x, got[0])
			continue
		}
		assert.Equal(t, c.want, got[0], "%s(%g)", c.name, c.x)
	}
	for _, c := range unaryCases() {
		var got [1]float32
		c.f(got[:], []float32{nan})
		assert.True(t, got[0] != got[0], "%s(NaN) = %g", c.name, got[0])
	}
}
