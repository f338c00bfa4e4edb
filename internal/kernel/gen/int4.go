package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func unpackInt4(c *build.Context) {
	c.Function("unpackInt4AVX2")
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(dst *float32, src *byte, rows int, scale, zero *float32)")
	c.Doc("unpackInt4AVX2 writes (q-zero)*scale of rows of 16 numbers of four bits.")
	dst := c.Load(c.Param("dst"), c.GP64())
	src := c.Load(c.Param("src"), c.GP64())
	rows := c.Load(c.Param("rows"), c.GP64())
	var s, z [2]reg.VecVirtual
	for i, name := range []string{"scale", "zero"} {
		p := c.Load(c.Param(name), c.GP64())
		for half := range 2 {
			v := c.YMM()
			c.VMOVUPS(Mem{Base: p, Disp: 32 * half}, v)
			[]*[2]reg.VecVirtual{&s, &z}[i][half] = v
		}
	}
	low := c.YMM()
	c.VPCMPEQD(low, low, low)
	c.VPSRLD(Imm(28), low, low)
	c.Label("loop")
	q, high := c.YMM(), c.YMM()
	c.VPMOVZXBD(Mem{Base: src}, q)
	c.VPSRLD(Imm(4), q, high)
	c.VPAND(low, q, q)
	for half, v := range []reg.VecVirtual{q, high} {
		c.VCVTDQ2PS(v, v)
		c.VSUBPS(z[half], v, v)
		c.VMULPS(s[half], v, v)
		c.VMOVUPS(v, Mem{Base: dst, Disp: 32 * half})
	}
	c.ADDQ(Imm(8), src)
	c.ADDQ(Imm(64), dst)
	c.DECQ(rows)
	c.JNZ(LabelRef("loop"))
	c.VZEROUPPER()
	c.RET()
}

// int4Row adds the product of one row and some panels of kernel.PackedInt4 to sums. The
// numbers become the floats that unpackInt4 writes, in registers.
func int4Row(c *build.Context, panels int) {
	name := fmt.Sprintf("int4Row%dAVX2", panels)
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(acc, x *float32, src *byte, rows, stride int, scale, zero *float32)")
	c.Doc(fmt.Sprintf("%s adds products of rows values with (q-zero)*scale to the sums of panels, %d of which stand stride bytes apart.", name, panels))
	to := c.Load(c.Param("acc"), c.GP64())
	x := c.Load(c.Param("x"), c.GP64())
	src := c.Load(c.Param("src"), c.GP64())
	rows := c.Load(c.Param("rows"), c.GP64())
	stride := c.Load(c.Param("stride"), c.GP64())
	scale := c.Load(c.Param("scale"), c.GP64())
	zero := c.Load(c.Param("zero"), c.GP64())
	last := c.GP64() // the fourth panel
	c.LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, last)
	c.ADDQ(src, last)
	acc := make([]reg.VecVirtual, 2*panels)
	for i := range acc {
		acc[i] = c.YMM()
		c.VMOVUPS(Mem{Base: to, Disp: 32 * i}, acc[i])
	}
	low := c.YMM()
	c.VPCMPEQD(low, low, low)
	c.VPSRLD(Imm(28), low, low)
	c.Label("loop")
	v := c.YMM()
	c.VBROADCASTSS(Mem{Base: x}, v)
	for i, from := range []Mem{{Base: src}, {Base: src, Index: stride, Scale: 1}, {Base: src, Index: stride, Scale: 2}, {Base: last}}[:panels] {
		q, high := c.YMM(), c.YMM()
		c.VPMOVZXBD(from, q)
		c.VPSRLD(Imm(4), q, high)
		c.VPAND(low, q, q)
		for half, w := range []reg.VecVirtual{q, high} {
			at := 64*i + 32*half
			c.VCVTDQ2PS(w, w)
			c.VSUBPS(Mem{Base: zero, Disp: at}, w, w)
			c.VMULPS(Mem{Base: scale, Disp: at}, w, w)
			c.VFMADD231PS(w, v, acc[2*i+half])
		}
	}
	c.ADDQ(Imm(4), x)
	c.ADDQ(Imm(8), src)
	c.ADDQ(Imm(8), last)
	c.DECQ(rows)
	c.JNZ(LabelRef("loop"))
	for i := range acc {
		c.VMOVUPS(acc[i], Mem{Base: to, Disp: 32 * i})
	}
	c.VZEROUPPER()
	c.RET()
}
