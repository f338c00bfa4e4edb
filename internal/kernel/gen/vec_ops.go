package main

import (
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// In every operation below the first operand is a register and the second may
// be a constant.

type instruction = func(ops ...Op)

func (g *vec) bin(op instruction, a value, b Op) value {
	d := g.v()
	op(b, a, d)
	return d
}

func (g *vec) un(op instruction, a Op) value {
	d := g.v()
	op(a, d)
	return d
}

func (g *vec) add(a value, b Op) value { return g.bin(g.VADDPS, a, b) }
func (g *vec) sub(a value, b Op) value { return g.bin(g.VSUBPS, a, b) }
func (g *vec) mul(a value, b Op) value { return g.bin(g.VMULPS, a, b) }
func (g *vec) div(a value, b Op) value { return g.bin(g.VDIVPS, a, b) }
func (g *vec) and(a value, b Op) value { return g.bin(g.VANDPS, a, b) }
func (g *vec) or(a value, b Op) value  { return g.bin(g.VORPS, a, b) }
func (g *vec) xor(a value, b Op) value { return g.bin(g.VXORPS, a, b) }
func (g *vec) sqrt(a Op) value         { return g.un(g.VSQRTPS, a) }

func (g *vec) addInt(a value, b Op) value { return g.bin(g.VPADDD, a, b) }
func (g *vec) subInt(a value, b Op) value { return g.bin(g.VPSUBD, a, b) }

func (g *vec) shiftLeft(a value, n uint8) value {
	d := g.v()
	g.VPSLLD(Imm(uint64(n)), a, d)
	return d
}

// shiftRight keeps the sign.
func (g *vec) shiftRight(a value, n uint8) value {
	d := g.v()
	g.VPSRAD(Imm(uint64(n)), a, d)
	return d
}

// atMost and atLeast bound x by k and let NaN through: the x86 instructions
// return the source that comes first here when either is NaN.
func (g *vec) atMost(x value, k Op) value  { return g.bin(g.VMINPS, g.reg(k), x) }
func (g *vec) atLeast(x value, k Op) value { return g.bin(g.VMAXPS, g.reg(k), x) }

// fma returns a*b+c, the product unrounded.
func (g *vec) fma(a value, b, c Op) value {
	d := g.copy(a)
	if _, ok := b.(value); ok {
		g.VFMADD213PS(c, b, d)
	} else {
		g.VFMADD132PS(b, g.reg(c), d)
	}
	return d
}

// fmaTo adds a*b to acc, fnmaTo takes it away.
func (g *vec) fmaTo(acc, a value, b Op)  { g.VFMADD231PS(b, a, acc) }
func (g *vec) fnmaTo(acc, a value, b Op) { g.VFNMADD231PS(b, a, acc) }

// poly evaluates a polynomial in x, constant term first, by Horner's rule.
func (g *vec) poly(x value, c ...float64) value {
	p := g.copy(g.f(c[len(c)-1]))
	for i := len(c) - 2; i >= 0; i-- {
		g.VFMADD213PS(g.f(c[i]), x, p)
	}
	return p
}

// Comparisons, all false for NaN.
const (
	less         = 17
	lessEqual    = 18
	greater      = 30
	greaterEqual = 29
)

// when returns yes where a compares so to b, and no elsewhere.
func (g *vec) when(a value, how uint8, b Op, yes, no value) value {
	d := g.v()
	if g.wide {
		k := g.K()
		g.VCMPPS(Imm(uint64(how)), b, a, k)
		g.VBLENDMPS(yes, no, k, d)
	} else {
		m := g.v()
		g.VCMPPS(Imm(uint64(how)), b, a, m)
		g.VBLENDVPS(m, yes, no, d)
	}
	return d
}

func (g *vec) abs(x value) value { return g.and(x, g.bits(0x7fffffff)) }

// signOf returns x's sign bit.
func (g *vec) signOf(x value) value { return g.and(x, g.bits(0x80000000)) }

// fold joins the lanes of a by op, the upper half with the lower until one is
// left, the lowest of the answer.
func (g *vec) fold(a value, op instruction) reg.VecVirtual {
	y := a
	if g.wide {
		y = g.YMM()
		g.VEXTRACTF64X4(Imm(1), a, y)
		op(y, a.AsY(), y)
	}
	x, half := g.XMM(), g.XMM()
	if g.wide {
		g.VEXTRACTF32X4(Imm(1), y, x)
	} else {
		g.VEXTRACTF128(Imm(1), y, x)
	}
	op(x, y.AsX(), x)
	g.VPSHUFD(Imm(0x4e), x, half)
	op(half, x, x)
	g.VPSHUFD(Imm(0xb1), x, half)
	op(half, x, x)
	return x
}

// spread returns the lowest lane of x in every lane.
func (g *vec) spread(x reg.VecVirtual) value {
	d := g.v()
	g.VBROADCASTSS(x.AsX(), d)
	return d
}

// halves widens the float32 of x to float64, applies f to each half, and
// narrows the answers.
func (g *vec) halves(x value, f func(d value) value) value {
	var out [2]reg.VecVirtual
	for i := range out {
		d := g.v()
		if g.wide {
			h := x.AsY().(reg.VecVirtual)
			if i == 1 {
				h = g.YMM()
				g.VEXTRACTF64X4(Imm(1), x, h)
			}
			g.VCVTPS2PD(h, d)
			out[i] = g.YMM()
			g.VCVTPD2PS(f(d), out[i])
		} else {
			h := x.AsX().(reg.VecVirtual)
			if i == 1 {
				h = g.XMM()
				g.VEXTRACTF128(Imm(1), x, h)
			}
			g.VCVTPS2PD(h, d)
			out[i] = g.XMM()
			g.VCVTPD2PSY(f(d), out[i])
		}
	}
	d := g.v()
	if g.wide {
		g.VINSERTF64X4(Imm(1), out[1], out[0].AsZ(), d)
	} else {
		g.VINSERTF128(Imm(1), out[1], out[0].AsY(), d)
	}
	return d
}
