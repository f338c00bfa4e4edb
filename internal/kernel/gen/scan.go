package main

import (
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitScan writes func rangeInt32AVX2(p *int32, n int) (lo, hi int32): the
// least and the greatest of n values, n a positive multiple of 8.
func emitScan(c *build.Context) {
	c.Function("rangeInt32AVX2")
	c.SignatureExpr("func(p *int32, n int) (lo, hi int32)")
	c.Doc("rangeInt32AVX2 returns the least and the greatest of n values, n a positive multiple of 8.")

	p := c.Load(c.Param("p"), c.GP64()).(reg.GPVirtual)
	n := c.Load(c.Param("n"), c.GP64()).(reg.GPVirtual)
	lo, hi := c.YMM(), c.YMM()
	c.VMOVDQU(Mem{Base: p}, lo)
	c.VMOVDQA(lo, hi)
	c.Label("loop")
	v := c.YMM()
	c.VMOVDQU(Mem{Base: p}, v)
	c.VPMINSD(v, lo, lo)
	c.VPMAXSD(v, hi, hi)
	c.ADDQ(Imm(32), p)
	c.SUBQ(Imm(8), n)
	c.JG(LabelRef("loop"))

	fold := func(y reg.VecVirtual, op func(ops ...Op)) reg.Register {
		x, half := y.AsX(), c.XMM()
		c.VEXTRACTI128(Imm(1), y, half)
		op(half, x, x)
		c.VPSHUFD(Imm(0x4e), x, half)
		op(half, x, x)
		c.VPSHUFD(Imm(0xb1), x, half)
		op(half, x, x)
		r := c.GP32()
		c.VMOVD(x, r)
		return r
	}
	c.Store(fold(lo, c.VPMINSD), c.Return("lo"))
	c.Store(fold(hi, c.VPMAXSD), c.Return("hi"))
	c.VZEROUPPER()
	c.RET()
}
