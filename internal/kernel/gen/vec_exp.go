package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
)

// The functions built on exp. All reduce x = n*ln2 + r with |r| <= ln2/2; the
// polynomials are minimax (Remez), their error in the comments.

const (
	// magic, added to a float32 below 2**22, leaves its nearest integer in the
	// low bits of the sum.
	magic     = 3 << 22
	magicBits = 0x4b400000
	ln2High   = 0.693359375 // few bits, so that n*ln2High is exact
	ln2Low    = math.Ln2 - ln2High
	oneBits   = 0x3f800000
	nanBits   = 0x7fc00000
	expBits   = 23
	leastExp  = -104 // exp below rounds to 0
	greatest  = 89   // exp above is +Inf
	expm1Full = -18  // expm1 below rounds to -1
)

// reduce returns n as the low bits of t, n as a float, and r. It overwrites x.
func (g *vec) reduce(x value) (t, n, r value) {
	t, n = g.reduceHigh(x)
	g.fnmaTo(x, n, g.f(ln2Low))
	return t, n, x
}

// reduceHigh returns n and takes n*ln2High, which is exact, from x.
func (g *vec) reduceHigh(x value) (t, n value) {
	t = g.copy(g.f(magic))
	g.fmaTo(t, x, g.f(math.Log2E))
	n = g.sub(t, g.f(magic))
	g.fnmaTo(x, n, g.f(ln2High))
	return t, n
}

// expPoly returns e**r; relative error 2**-28.
func (g *vec) expPoly(r value) value {
	return g.poly(r, 1, 1, 0.499999934, 0.166665195, 0.0416684011, 0.00836885105, 0.00138143216)
}

// expm1Poly returns e**r-1; relative error 2**-32.
func (g *vec) expm1Poly(r value) value {
	q := g.poly(r, 0.5, 0.166666664, 0.0416663586, 0.0083333898, 0.00139408231, 0.000198458943)
	r2 := g.mul(r, r)
	g.VFMADD213PS(r, r2, q)
	return q
}

// power returns 2**n for the n in the low bits of t, a normal number.
func (g *vec) power(t value) value {
	return g.addInt(g.shiftLeft(t, expBits), g.bits(oneBits))
}

// exp returns e**x, denormal results included.
func (g *vec) exp(x value) value {
	t, n, r := g.reduce(g.atLeast(g.atMost(x, g.f(greatest)), g.f(leastExp)))
	return g.scale(g.expPoly(r), t, n)
}

// scale returns p*2**n for n as reduce gives it. 2**n alone may be no float32,
// so that narrow registers multiply by two halves of it.
func (g *vec) scale(p, t, n value) value {
	if g.wide {
		return g.bin(g.VSCALEFPS, p, n)
	}
	h := g.shiftRight(t, 1)
	return g.mul(g.mul(p, g.power(h)), g.power(g.subInt(t, h)))
}

// logistic returns num/(1+exp(-x)). With n split in two, exp(-x) = p*2**h*2**k,
// it is num*2**-h / (2**-h + p*2**k), which neither overflows nor loses the
// denormal answers.
func (g *vec) logistic(x value, num Op) value {
	y := g.xor(x, g.bits(0x80000000))
	y = g.atLeast(g.atMost(y, g.f(112)), g.f(-30)) // x*exp(x) rounds to 0 below -112
	t, _, r := g.reduce(y)
	p := g.expm1Poly(r)
	h := g.shiftRight(t, 1)
	// Of t>>1 the bits above n/2 are those of magic>>1: keep h >= 0.
	h = g.bin(g.VPMAXSD, h, g.bits(magicBits>>1))
	a := g.bin(g.VPSUBD, g.reg(g.bits(oneBits)), g.shiftLeft(h, expBits))
	b := g.power(g.subInt(t, h))
	g.VFMADD213PS(a, b, p) // p is short of 1: the large term comes last
	p = g.add(p, b)
	if num != nil {
		a = g.mul(a, num)
	}
	return g.div(a, p)
}

func (g *vec) sigmoid(x value) value { return g.logistic(x, nil) }

func (g *vec) silu(x value) value {
	// -Inf would be -Inf*0; -120*2**-150 rounds to -0 as well.
	return g.logistic(x, g.atLeast(x, g.f(-120)))
}

// expm1 returns e**x-1 for x in [-18, 60].
func (g *vec) expm1(x value) value {
	t, _, r := g.reduce(x)
	q, s := g.expm1Poly(r), g.power(t)
	g.VFMADD213PS(g.sub(s, g.f(1)), s, q)
	return q
}

// tanh is m/(m+2) for m = expm1(2|x|), with the sign of x. The quotient is
// corrected by what the sum and the division rounded off.
func (g *vec) tanh(x value) value {
	a := g.atMost(g.abs(x), g.f(10))
	m := g.expm1(g.add(a, a))
	d := g.add(m, g.f(2))
	lost := g.sub(m, g.sub(d, g.f(2)))
	inv := g.div(g.reg(g.f(1)), d)
	q := g.mul(m, inv)
	g.fnmaTo(m, q, d)
	g.fnmaTo(m, q, lost)
	g.fmaTo(q, m, inv)
	return g.or(q, g.signOf(x))
}

// elu returns x > 0 ? x : alpha*expm1(x).
func (g *vec) elu(x, alpha value) value {
	m := g.expm1(g.atLeast(g.atMost(x, g.f(0)), g.f(expm1Full)))
	return g.when(x, greater, g.f(0), x, g.mul(m, alpha))
}

// log returns the natural logarithm. x = 2**e * (1+f) with 1+f in [2/3, 4/3).
func (g *vec) log(x value) value {
	const leastNormal, denormalScale = 1.1754943508222875e-38, 1 << 23
	big := g.mul(x, g.f(denormalScale))
	y := g.when(x, less, g.f(leastNormal), big, x)
	i := g.bin(g.VPSUBD, y, g.bits(math.Float32bits(2.0/3)))
	i = g.and(i, g.bits(0xff800000))
	f := g.sub(g.subInt(y, i), g.f(1))
	e := g.un(g.VCVTDQ2PS, g.shiftRight(i, expBits))
	e = g.when(x, less, g.f(leastNormal), g.sub(e, g.f(23)), e)

	// log(1+f) = f - f*f/2 + f**3*P(f); relative error 2**-30.
	p := g.poly(f, 0.333333357, -0.249998203, 0.199995978, -0.166795784, 0.143044566,
		-0.121957773, 0.107542361, -0.128450624, 0.120071521)
	f2 := g.mul(f, f)
	g.VFMADD213PS(g.f(-0.5), f, p)
	p = g.mul(p, f2)
	g.fmaTo(p, e, g.f(ln2Low))
	p = g.add(p, f)
	g.fmaTo(p, e, g.f(ln2High))

	// What is not a positive finite number.
	p = g.when(x, less, g.f(math.Inf(1)), p, g.add(x, x)) // +Inf and NaN stay
	p = g.when(x, lessEqual, g.f(0), g.reg(g.f(math.Inf(-1))), p)
	return g.when(x, less, g.f(0), g.reg(g.bits(nanBits)), p)
}

// erf takes one polynomial below |x| = 1 and 1-exp(polynomial) above, where
// the polynomial is log(erfc(|x|)).
func (g *vec) erf(x value) value {
	a := g.abs(x)
	s := g.mul(a, a)
	small := g.poly(s, 0.12837917, // and 1, added unrounded
		-0.376126258, 0.112835851, -0.026853812,
		0.00518832775, -0.000801019446, 7.85386476e-05) // relative error 2**-29.6
	g.VFMADD213PS(x, x, small)
	b := g.atMost(a, g.f(4))
	l := g.poly(b, 0.000188035202, -1.1295784, -0.633219935, -0.108418534,
		0.0252082307, -0.00420455262, 0.000441334584, -2.1686704e-05) // 2**-35
	t, _, r := g.reduce(l)
	q := g.expPoly(r)
	one := g.copy(g.f(1))
	g.fnmaTo(one, q, g.power(t))
	large := g.or(one, g.signOf(x))
	return g.when(a, less, g.f(1), small, large)
}

// gelu is x*Phi(x). Let a = |x|. Below 3/4, Phi(x) = 1/2 + x*P(x*x). Above,
// the answer for -a is W(a)*exp(-a*a/2), where W is a polynomial in
// (a-k)/(a+k) on [3/4, 14.5], and that for +a is a more. k is such that the
// polynomial's first coefficient, W(k), is a float32.
func (g *vec) gelu(x value) value {
	const k = 1.142578125
	a := g.atMost(g.abs(x), g.f(14.5))
	s := g.mul(a, a)
	lost := g.copy(a)
	g.VFMSUB213PS(s, a, lost) // what rounding took from a*a

	r := g.mul(s, g.f(-0.5))
	t, n := g.reduceHigh(r)
	low := g.mul(n, g.f(ln2Low))
	g.fmaTo(low, lost, g.f(0.5))
	q := g.expm1Poly(g.sub(r, low))
	u := g.div(g.sub(a, g.f(k)), g.add(a, g.f(k)))
	w := g.poly(u, -0.277859777, -0.239576807, 0.0799446477, 0.0520229947, 0.00606077142, -0.0100975139,
		-0.00937836393, -0.00365666043, 0.00506892009, -0.01220978, 0.0170621259, -0.00632210018) // relative error 2**-28
	g.VFMADD213PS(w, w, q)
	far := g.scale(q, t, n)
	far = g.when(x, greater, g.f(0), g.add(x, far), far)

	near := g.poly(s, 0.398942273, -0.0664901602, 0.00997150758, -0.00117932302, 0.000101408177) // 2**-30
	g.VFMADD213PS(g.f(0.5), x, near)
	return g.when(a, less, g.f(0.75), g.mul(near, x), far)
}
