package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitInt8 writes what products of whole numbers are made of: for one to six rows,
//
//	func intProductNAVX2(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)
//
// with strides in bytes, and the ways from floats and back.
func emitInt8(c *build.Context) {
	for rows := 1; rows <= 6; rows++ {
		intProduct(c, rows)
	}
	quantize(c)
	rescale(c)
	unpackInt4(c)
	for _, panels := range []int{1, 4} {
		int4Row(c, panels)
	}
}

// intProduct multiplies rows of pairs of int16 by panels of kernel.PackedInt8. A vector
// of B is eight columns of a pair of rows, widened to int16; VPMADDWD multiplies it by
// the pair of A that all lanes have and adds the two products, which cannot overflow.
func intProduct(c *build.Context, rows int) {
	name := fmt.Sprintf("intProduct%dAVX2", rows)
	c.Function(name)
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)")
	c.Doc(fmt.Sprintf("%s multiplies rows of whole numbers, %d at a time, by panels of int8.", name, rows))
	to := c.Load(c.Param("c"), c.GP64())
	a := c.Load(c.Param("a"), c.GP64())
	b := c.Load(c.Param("b"), c.GP64())
	lda := c.Load(c.Param("lda"), c.GP64())
	ldc := c.Load(c.Param("ldc"), c.GP64())
	panels := c.Load(c.Param("panels"), c.GP64())
	a3 := c.GP64()
	if rows > 3 {
		c.LEAQ(Mem{Base: lda, Index: lda, Scale: 2}, a3)
		c.ADDQ(a, a3)
	}
	c.Label("panel")
	acc := make([][2]reg.VecVirtual, rows)
	for i := range acc {
		acc[i] = [2]reg.VecVirtual{c.YMM(), c.YMM()}
		c.VPXOR(acc[i][0], acc[i][0], acc[i][0])
		c.VPXOR(acc[i][1], acc[i][1], acc[i][1])
	}
	at, left := c.GP64(), c.GP64() // bytes into a row of A
	c.XORQ(at, at)
	c.MOVQ(loadInt(c, "pairs"), left)
	row, row3 := c.GP64(), c.GP64()
	c.MOVQ(a, row)
	if rows > 3 {
		c.MOVQ(a3, row3)
	}
	c.Label("pair")
	w := [2]reg.VecVirtual{c.YMM(), c.YMM()}
	c.VPMOVSXBW(Mem{Base: b}, w[0])
	c.VPMOVSXBW(Mem{Base: b, Disp: 16}, w[1])
	for i := range acc {
		base := row
		if i >= 3 {
			base = row3
		}
		m := Mem{Base: base}
		if i%3 > 0 {
			m.Index, m.Scale = lda, uint8(i%3)
		}
		x, y := c.YMM(), c.YMM()
		c.VPBROADCASTD(m, x)
		c.VPMADDWD(w[0], x, y)
		c.VPADDD(y, acc[i][0], acc[i][0])
		c.VPMADDWD(w[1], x, x)
		c.VPADDD(x, acc[i][1], acc[i][1])
	}
	c.ADDQ(Imm(32), b)
	c.ADDQ(Imm(4), row)
	if rows > 3 {
		c.ADDQ(Imm(4), row3)
	}
	c.DECQ(left)
	c.JNZ(LabelRef("pair"))
	line := c.GP64()
	c.MOVQ(to, line)
	for _, r := range acc {
		c.VMOVDQU(r[0], Mem{Base: line})
		c.VMOVDQU(r[1], Mem{Base: line, Disp: 32})
		c.ADDQ(ldc, line)
	}
	c.ADDQ(Imm(panelBytes), to)
	c.DECQ(panels)
	c.JNZ(LabelRef("panel"))
	c.VZEROUPPER()
	c.RET()
}

func loadInt(c *build.Context, name string) reg.Register { return c.Load(c.Param(name), c.GP64()) }

// broadcast loads a float argument into all lanes.
func broadcast(c *build.Context, name string) reg.VecVirtual {
	v := c.YMM()
	x := c.Load(c.Param(name), c.XMM()).(reg.VecVirtual)
	c.VBROADCASTSS(x, v)
	return v
}

// constantVector is a float in all lanes.
func constantVector(c *build.Context, v float32) reg.VecVirtual {
	r := c.YMM()
	m := c.ConstData(fmt.Sprintf("int8_%d", int(v)&0xff), F32(v))
	c.VBROADCASTSS(m, r)
	return r
}

func quantize(c *build.Context) {
	c.Function("quantizeAVX2")
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(dst *int16, x *float32, n int, scale float32)")
	c.Doc("quantizeAVX2 writes x*scale in whole numbers of at most 127, n a positive multiple of 16.")
	dst := c.Load(c.Param("dst"), c.GP64())
	x := c.Load(c.Param("x"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	scale := broadcast(c, "scale")
	most, least := constantVector(c, 127), constantVector(c, -127)
	c.Label("loop")
	var q [2]reg.VecVirtual
	for i := range q {
		v, number := c.YMM(), c.YMM()
		q[i] = v
		c.VMULPS(Mem{Base: x, Disp: 32 * i}, scale, v)
		c.VCMPPS(Imm(7), v, v, number) // not NaN
		c.VANDPS(number, v, v)
		c.VMINPS(most, v, v)
		c.VMAXPS(least, v, v)
		c.VCVTPS2DQ(v, v)
	}
	c.VPACKSSDW(q[1], q[0], q[0])
	c.VPERMQ(Imm(0xd8), q[0], q[0])
	c.VMOVDQU(q[0], Mem{Base: dst})
	c.ADDQ(Imm(64), x)
	c.ADDQ(Imm(32), dst)
	c.SUBQ(Imm(16), n)
	c.JG(LabelRef("loop"))
	c.VZEROUPPER()
	c.RET()
}

func rescale(c *build.Context) {
	c.Function("rescaleAVX2")
	c.Attributes(attr.NOSPLIT)
	c.SignatureExpr("func(dst *float32, acc *int32, scale, bias *float32, n int, row, lo, hi float32)")
	c.Doc("rescaleAVX2 writes acc/(scale*row), plus bias if there is one, between lo and hi; n is a positive multiple of 8.")
	dst := c.Load(c.Param("dst"), c.GP64())
	acc := c.Load(c.Param("acc"), c.GP64())
	scale := c.Load(c.Param("scale"), c.GP64())
	bias := c.Load(c.Param("bias"), c.GP64())
	n := c.Load(c.Param("n"), c.GP64())
	row, lo, hi := broadcast(c, "row"), broadcast(c, "lo"), broadcast(c, "hi")
	at := c.GP64()
	c.XORQ(at, at)
	c.Label("loop")
	v, s := c.YMM(), c.YMM()
	c.VCVTDQ2PS(Mem{Base: acc, Index: at, Scale: 4}, v)
	c.VMULPS(Mem{Base: scale, Index: at, Scale: 4}, row, s)
	c.VDIVPS(s, v, v)
	c.TESTQ(bias, bias)
	c.JZ(LabelRef("bounds"))
	c.VADDPS(Mem{Base: bias, Index: at, Scale: 4}, v, v)
	c.Label("bounds")
	c.VMAXPS(v, lo, v) // the operand that is returned when one is NaN comes first
	c.VMINPS(v, hi, v)
	c.VMOVUPS(v, Mem{Base: dst, Index: at, Scale: 4})
	c.ADDQ(Imm(8), at)
	c.CMPQ(at, n)
	c.JL(LabelRef("loop"))
	c.VZEROUPPER()
	c.RET()
}
