package runtime

import (
	"fmt"
	"math"
)

// pairKinds lists functions of two numbers that are computed in float64, by Keras'
// names.
var pairKinds = map[string]*binaryKind{}

func init() {
	type gradient = func(b *Builder, x, y, z, dz *Value) (dx, dy *Value)
	modulo := func(quotient func(b *Builder, v *Value) *Value) gradient {
		return func(b *Builder, x, y, _, dz *Value) (dx, dy *Value) {
			return dz, b.Neg(b.Mul(dz, quotient(b, b.Div(x, y))))
		}
	}
	logAdd := func(scale float32) gradient {
		return func(b *Builder, x, y, _, dz *Value) (dx, dy *Value) {
			left := b.Sigmoid(b.Mul(b.Scalar(scale), b.Sub(x, y)))
			return b.Mul(dz, left), b.Mul(dz, b.Sub(b.Scalar(1), left))
		}
	}
	for name, k := range map[string]struct {
		f func(x, y float64) float64
		d gradient // nil: the derivative is zero
	}{
		"arctan2": {math.Atan2, func(b *Builder, x, y, _, dz *Value) (dx, dy *Value) {
			d := b.Div(dz, b.Add(b.Square(x), b.Square(y)))
			return b.Mul(d, y), b.Neg(b.Mul(d, x))
		}},
		"hypot": {math.Hypot, func(b *Builder, x, y, z, dz *Value) (dx, dy *Value) {
			d := b.Div(dz, z)
			return b.Mul(d, x), b.Mul(d, y)
		}},
		"logaddexp":  {func(x, y float64) float64 { return logAddExp(x, y, 1) }, logAdd(1)},
		"logaddexp2": {func(x, y float64) float64 { return logAddExp(x, y, math.Ln2) }, logAdd(math.Ln2)},
		"fmod":       {math.Mod, modulo(func(b *Builder, v *Value) *Value { return b.Special("trunc", v) })},
		"mod":        {floatMod, modulo((*Builder).Floor)},
		"nextafter":  {func(x, y float64) float64 { return float64(math.Nextafter32(float32(x), float32(y))) }, nil},
	} {
		pairKinds[name] = &binaryKind{name: name, grad: k.d, kernel: func(dst, x, y []float32) {
			for i := range dst {
				dst[i] = float32(k.f(float64(x[i]), float64(y[i])))
			}
		}}
	}
}

// logAddExp is log(b^x + b^y) to the base b = e^ln.
func logAddExp(x, y, ln float64) float64 {
	if x == y { // infinities too
		return x + math.Ln2/ln
	}
	return max(x, y) + math.Log1p(math.Exp(-math.Abs(x-y)*ln))/ln
}

// floatMod has the sign of y, as Python's % has.
func floatMod(x, y float64) float64 {
	r := math.Mod(x, y)
	if r != 0 && (r < 0) != (y < 0) {
		r += y
	}
	return r
}

// Pairwise adds a function of two tensors that broadcast, by Keras' name: arctan2,
// hypot, logaddexp, logaddexp2, fmod, mod or nextafter.
func (b *Builder) Pairwise(name string, x, y *Value) *Value {
	k, ok := pairKinds[name]
	if !ok {
		return b.Fail(fmt.Errorf("no function of two numbers is named %q", name))
	}
	return b.apply(binary{k}, x, y)
}
