package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// peakChains is the number of independent chains of multiply-adds: twice the
// latency of 4 by two units, with room.
const peakChains = 12

func emitPeakAVX2(c *build.Context)   { emitPeak(c, "peakAVX2", c.YMM) }
func emitPeakAVX512(c *build.Context) { emitPeak(c, "peakAVX512", c.ZMM) }

// emitPeak writes func NAME(n int): n times 12 independent multiply-adds that
// touch no memory.
func emitPeak(c *build.Context, name string, vec func() reg.VecVirtual) {
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(n int)")
	c.Doc(name + " does n times 12 independent multiply-adds on registers.")
	n := c.Load(c.Param("n"), c.GP64())
	acc := make([]reg.VecVirtual, peakChains)
	for i := range acc {
		acc[i] = vec()
		c.VXORPS(acc[i].AsY(), acc[i].AsY(), acc[i].AsY())
	}
	x := vec()
	c.VXORPS(x.AsY(), x.AsY(), x.AsY())
	c.Label("loop")
	for _, a := range acc {
		c.VFMADD231PS(x, x, a)
	}
	c.DECQ(n)
	c.JNZ(LabelRef("loop"))
	c.VZEROUPPER()
	c.RET()
}
