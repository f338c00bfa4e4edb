package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
)

// Functions that would lose the last places in float32 work in float64, half
// a register at a time. One polynomial each, good to about 2**-29, and the
// answer is nearly always the float32 nearest to the truth.

func (g *vec) dpoly(x value, c ...float64) value {
	p := g.copy(g.d(c[len(c)-1]))
	for i := len(c) - 2; i >= 0; i-- {
		g.VFMADD213PD(g.d(c[i]), x, p)
	}
	return p
}

// dexp returns e**x for |x| < 700; relative error 2**-29. It overwrites x.
func (g *vec) dexp(x value) value {
	const magic = 3 << 51
	t := g.copy(g.d(magic))
	g.VFMADD231PD(g.d(math.Log2E), x, t)
	n := g.bin(g.VSUBPD, t, g.d(magic))
	g.VFNMADD231PD(g.d(math.Ln2), n, x)
	p := g.dpoly(x, 1.0000000005630481, 1.0000000367557311, 0.49999991984470954, 0.16666418209121445,
		0.041668238088162848, 0.0083749809207000862, 0.0013836635715659756)
	shifted := g.v()
	g.VPSLLQ(Imm(52), t, shifted)
	return g.bin(g.VPADDQ, p, shifted)
}

// dAtMost and dAtLeast bound x by k and let NaN through.
func (g *vec) dAtMost(x value, k float64) value  { return g.bin(g.VMINPD, g.reg(g.d(k)), x) }
func (g *vec) dAtLeast(x value, k float64) value { return g.bin(g.VMAXPD, g.reg(g.d(k)), x) }

func (g *vec) dabs(x value) value { return g.bin(g.VANDPD, x, g.d(math.Float64frombits(1<<63-1))) }

// geluTanh is x/(1+exp(-2u)), u = sqrt(2/pi)*(x+0.044715*x**3).
func (g *vec) geluTanh(x value) value {
	const slope = 2 * 0.79788456080286535588
	return g.halves(x, func(x value) value {
		x = g.dAtLeast(x, -15)
		b := g.dAtMost(x, 15)
		c := g.dpoly(g.bin(g.VMULPD, b, b), -slope, -slope*0.044715)
		e := g.dexp(g.bin(g.VMULPD, c, b))
		return g.bin(g.VDIVPD, x, g.bin(g.VADDPD, e, g.d(1)))
	})
}

// softplus is max(x, 0)+log1p(e), e = exp(-|x|), where log1p(e) is
// 2*atanh(e/(2+e)), a polynomial with relative error 2**-33.
func (g *vec) softplus(x value) value {
	return g.halves(x, func(x value) value {
		b := g.dAtMost(g.dabs(x), 110)
		e := g.dexp(g.bin(g.VXORPD, b, g.d(math.Copysign(0, -1))))
		s := g.bin(g.VDIVPD, e, g.bin(g.VADDPD, e, g.d(2)))
		p := g.dpoly(g.bin(g.VMULPD, s, s), 1.9999999998028042, 0.66666679307775811, 0.39998690882019522,
			0.28620722567662965, 0.21393246483016917, 0.24413081372509896)
		g.VFMADD213PD(g.dAtLeast(x, 0), s, p)
		return p
	})
}
