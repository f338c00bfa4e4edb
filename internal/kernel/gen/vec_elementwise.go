package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/reg"
)

// args are the parameters of an element-wise function at one place of the
// span.
type args struct {
	*elems
	slices  map[string]reg.GPVirtual
	scalars map[string]value
}

func (a *args) in(name string) value          { return a.load(a.slices[name]) }
func (a *args) out(name string, x value)      { a.store(x, a.slices[name]) }
func (a *args) scalarValue(name string) value { return a.scalars[name] }

// elementwise writes a function of slices of equal length, given by names in
// one string, and of float32 scalars.
func (g *vec) elementwise(name, slices, scalars, doc string, body func(a *args)) {
	g.elementwiseBy((*span).each, name, slices, scalars, doc, body)
}

func (g *vec) elementwiseBy(walk func(s *span, body func(e *elems)), name, slices, scalars, doc string, body func(a *args)) {
	names, numbers := strings.Fields(slices), strings.Fields(scalars)
	params := strings.Join(names, ", ") + " []float32"
	if len(numbers) > 0 {
		params += ", " + strings.Join(numbers, ", ") + " float32"
	}
	g.function(name, fmt.Sprintf("func(%s)", params), doc, func(g *vec) {
		ptr, num := map[string]reg.GPVirtual{}, map[string]value{}
		for _, s := range names {
			ptr[s] = g.slice(s)
		}
		for _, s := range numbers {
			num[s] = g.scalar(s)
		}
		walk(g.span(g.length(names[0])), func(e *elems) {
			body(&args{elems: e, slices: ptr, scalars: num})
		})
	})
}

// longUnary is unary for functions that are long chains of instructions.
func (g *vec) longUnary(name, doc string, f func(g *vec, x value) value) {
	g.elementwiseBy((*span).pairs, name, "dst x", "", doc, func(a *args) { a.out("dst", f(a.vec, a.in("x"))) })
}

func (g *vec) unary(name, doc string, f func(g *vec, x value) value) {
	g.elementwise(name, "dst x", "", doc, func(a *args) { a.out("dst", f(a.vec, a.in("x"))) })
}

func (g *vec) unaryScalar(name, scalar, doc string, f func(g *vec, x, s value) value) {
	g.elementwise(name, "dst x", scalar, doc, func(a *args) {
		a.out("dst", f(a.vec, a.in("x"), a.scalarValue(scalar)))
	})
}

func (g *vec) binary(name, x, y, doc string, f func(g *vec, x, y value) value) {
	g.elementwise(name, "dst "+x+" "+y, "", doc, func(a *args) {
		a.out("dst", f(a.vec, a.in(x), a.in(y)))
	})
}

func emitUnary(g *vec) {
	g.longUnary("exp", "writes e**x.", (*vec).exp)
	g.longUnary("log", "writes the natural logarithm.", (*vec).log)
	g.longUnary("tanh", "writes the hyperbolic tangent.", (*vec).tanh)
	g.longUnary("sigmoid", "writes 1/(1+exp(-x)).", (*vec).sigmoid)
	g.longUnary("silu", "writes x*sigmoid(x).", (*vec).silu)
	g.longUnary("erf", "writes the error function.", (*vec).erf)
	g.longUnary("gelu", "writes x*Phi(x).", (*vec).gelu)
	g.longUnary("geluTanh", "writes the tanh form of GELU.", (*vec).geluTanh)
	g.longUnary("softplus", "writes log(1+exp(x)).", (*vec).softplus)
	g.unary("relu", "writes max(x, 0).", func(g *vec, x value) value { return g.atLeast(x, g.f(0)) })
	g.unary("abs", "writes |x|.", (*vec).abs)
	g.unary("neg", "writes -x.", func(g *vec, x value) value { return g.xor(x, g.bits(1<<31)) })
	g.unary("square", "writes x*x.", func(g *vec, x value) value { return g.mul(x, x) })
	g.unary("sqrt", "writes the square root.", func(g *vec, x value) value { return g.sqrt(x) })
	g.unary("rsqrt", "writes 1/sqrt(x).", func(g *vec, x value) value {
		return g.div(g.reg(g.f(1)), g.sqrt(x))
	})
	g.unary("recip", "writes 1/x.", func(g *vec, x value) value { return g.div(g.reg(g.f(1)), x) })
	g.unaryScalar("elu", "alpha", "writes x for x > 0, else alpha*(exp(x)-1).", (*vec).elu)
	g.unaryScalar("leakyRelu", "slope", "writes x for x > 0, else slope*x.", func(g *vec, x, slope value) value {
		return g.when(x, greater, g.f(0), x, g.mul(x, slope))
	})
	g.unaryScalar("addScalar", "s", "writes x+s.", (*vec).addValue)
	g.unaryScalar("mulScalar", "s", "writes x*s.", (*vec).mulValue)
	g.elementwise("clamp", "dst x", "lo hi", "writes min(max(x, lo), hi).", func(a *args) {
		a.out("dst", a.atMost(a.atLeast(a.in("x"), a.scalars["lo"]), a.scalars["hi"]))
	})
}

func (g *vec) addValue(a, b value) value { return g.add(a, b) }
func (g *vec) mulValue(a, b value) value { return g.mul(a, b) }

// maxNaN and minNaN are NaN when either operand is: where a is NaN the
// instruction gives b, and a second look puts a back.
func (g *vec) maxNaN(a, b value) value { return g.unordered(a, g.bin(g.VMAXPS, a, b)) }
func (g *vec) minNaN(a, b value) value { return g.unordered(a, g.bin(g.VMINPS, a, b)) }

func (g *vec) unordered(a, otherwise value) value {
	const isNaN = 3
	return g.when(a, isNaN, a, a, otherwise)
}

func emitBinary(g *vec) {
	g.binary("add", "a", "b", "writes a+b.", (*vec).addValue)
	g.binary("sub", "a", "b", "writes a-b.", func(g *vec, a, b value) value { return g.sub(a, b) })
	g.binary("mul", "a", "b", "writes a*b.", (*vec).mulValue)
	g.binary("div", "a", "b", "writes a/b.", func(g *vec, a, b value) value { return g.div(a, b) })
	g.binary("max", "a", "b", "writes the larger of a and b, NaN when either is.", (*vec).maxNaN)
	g.binary("min", "a", "b", "writes the smaller of a and b, NaN when either is.", (*vec).minNaN)
	g.elementwise("mulAdd", "dst a b c", "", "writes a*b+c.", func(e *args) {
		x := e.in("a")
		e.VFMADD213PS(e.in("c"), e.in("b"), x)
		e.out("dst", x)
	})
	g.elementwise("axpy", "y x", "a", "adds a*x to y.", func(e *args) {
		y := e.in("y")
		e.fmaTo(y, e.in("x"), e.scalars["a"])
		e.out("y", y)
	})
	g.binary("reluGrad", "x", "dy", "writes dy where x > 0, else 0.", func(g *vec, x, dy value) value {
		return g.when(x, greater, g.f(0), dy, g.reg(g.f(0)))
	})
	g.binary("tanhGrad", "y", "dy", "writes dy*(1-y*y).", (*vec).tanhGrad)
	g.binary("sigmoidGrad", "y", "dy", "writes dy*y*(1-y).", (*vec).sigmoidGrad)
}

func (g *vec) tanhGrad(y, dy value) value {
	one := g.copy(g.f(1))
	g.fnmaTo(one, y, y)
	return g.mul(dy, one)
}

func (g *vec) sigmoidGrad(y, dy value) value {
	return g.mul(g.mul(dy, y), g.sub(g.reg(g.f(1)), y))
}

func emitStep(g *vec) {
	g.elementwise("sgdStep", "w g", "lr", "does w -= lr*g.", func(a *args) {
		w := a.in("w")
		a.fnmaTo(w, a.in("g"), a.scalars["lr"])
		a.out("w", w)
	})
	momentum := func(nesterov bool) func(a *args) {
		return func(a *args) {
			mu, w := a.scalars["mu"], a.in("w")
			step := a.mul(a.in("g"), a.scalars["lr"])
			m := a.in("m")
			a.VFMSUB213PS(step, mu, m)
			a.out("m", m)
			if nesterov {
				a.VFMSUB213PS(step, mu, m)
			}
			a.out("w", a.add(w, m))
		}
	}
	g.elementwise("momentumStep", "w m g", "lr mu", "does m = mu*m - lr*g, w += m.", momentum(false))
	g.elementwise("nesterovStep", "w m g", "lr mu", "does m = mu*m - lr*g, w += mu*m - lr*g.", momentum(true))
	g.elementwise("adamStep", "w m v g", "alpha rest1 rest2 eps",
		"does m += (g-m)*rest1, v += (g*g-v)*rest2, w -= m*alpha/(sqrt(v)+eps).", func(a *args) {
			grad, m, v := a.in("g"), a.in("m"), a.in("v")
			a.fmaTo(m, a.sub(grad, m), a.scalars["rest1"])
			a.out("m", m)
			square := a.copy(grad)
			a.VFMSUB213PS(v, grad, square)
			a.fmaTo(v, square, a.scalars["rest2"])
			a.out("v", v)
			step := a.div(a.mul(m, a.scalars["alpha"]), a.add(a.sqrt(v), a.scalars["eps"]))
			a.out("w", a.sub(a.in("w"), step))
		})
	g.elementwise("rmspropStep", "w v g", "lr rho rest eps",
		"does v = rho*v + rest*g*g, w -= lr*g/sqrt(v+eps).", func(a *args) {
			grad := a.in("g")
			v := a.mul(a.in("v"), a.scalars["rho"])
			a.fmaTo(v, a.mul(grad, a.scalars["rest"]), grad)
			a.out("v", v)
			step := a.div(a.mul(grad, a.scalars["lr"]), a.sqrt(a.add(v, a.scalars["eps"])))
			a.out("w", a.sub(a.in("w"), step))
		})
}
