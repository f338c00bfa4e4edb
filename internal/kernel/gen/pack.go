package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// packAhead is how far ahead rows are fetched, in bytes: two panels.
const packAhead = 128

// emitPack writes func packPanelAVX2(dst, src *float32, srcStride, n int), which copies
// 16 floats of each of 4n rows to where they lie side by side. The stride is in bytes.
func emitPack(c *build.Context) {
	c.Function("packPanelAVX2")
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(dst, src *float32, srcStride, n int)")
	c.Doc("packPanelAVX2 copies 16 floats of each of 4n rows; the stride is in bytes.")
	dst := c.Load(c.Param("dst"), c.GP64())
	src := c.Load(c.Param("src"), c.GP64())
	stride := c.Load(c.Param("srcStride"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	three := c.GP64()
	c.LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, three)
	c.Label("loop")
	var v [8]reg.VecVirtual
	for i := range v {
		m := Mem{Base: src, Disp: 32 * (i % 2)}
		switch i / 2 {
		case 1, 2:
			m.Index, m.Scale = stride, uint8(i/2)
		case 3:
			m.Index, m.Scale = three, 1
		}
		v[i] = c.YMM()
		c.VMOVUPS(m, v[i])
		if i%2 == 0 { // rows are far apart: the processor does not foresee the next panel's
			c.PREFETCHT0(m.Offset(packAhead))
		}
	}
	for i := range v {
		c.VMOVUPS(v[i], Mem{Base: dst, Disp: 32 * i})
	}
	c.LEAQ(Mem{Base: src, Index: stride, Scale: 4}, src)
	c.ADDQ(I32(256), dst)
	c.DECQ(n)
	c.JNZ(LabelRef("loop"))
	c.VZEROUPPER()
	c.RET()
}
