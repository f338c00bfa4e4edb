package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitTranspose writes func transposeNAVX2(dst, src *float32, dstStride,
// srcStride, n int) for 8 and 16 rows of src: n times 8 columns. Strides are in
// bytes. Sixteen rows fill whole cache lines of dst.
func emitTranspose(c *build.Context) {
	for _, rows := range []int{8, 16} {
		name := fmt.Sprintf("transpose%dAVX2", rows)
		c.Function(name)
		c.Attributes(attr.NOSPLIT)
		c.SignatureExpr("func(dst, src *float32, dstStride, srcStride, n int)")
		c.Doc(fmt.Sprintf("%s transposes %d rows of n times 8 columns; the strides are in bytes.", name, rows))
		dst := c.Load(c.Param("dst"), c.GP64())
		src := c.Load(c.Param("src"), c.GP64())
		to := newStrided(c, c.Load(c.Param("dstStride"), c.GP64()))
		from := newStrided(c, c.Load(c.Param("srcStride"), c.GP64()))
		n := c.Load(c.Param("n"), c.GP64())
		c.Label("loop")
		in := c.GP64()
		c.MOVQ(src, in)
		for i := 0; i < rows; i += 8 {
			transpose8(c, from.rows(c, in), to.rows(c, dst), 4*i)
			if i+8 < rows {
				c.LEAQ(Mem{Base: in, Index: from.one, Scale: 8}, in)
			}
		}
		c.ADDQ(Imm(32), src)
		c.LEAQ(Mem{Base: dst, Index: to.one, Scale: 8}, dst)
		c.DECQ(n)
		c.JNZ(LabelRef("loop"))
		c.VZEROUPPER()
		c.RET()
	}
}

// strided addresses eight rows with one register to move.
type strided struct{ one, three reg.Register }

func newStrided(c *build.Context, stride reg.Register) strided {
	three := c.GP64()
	c.LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, three)
	return strided{stride, three}
}

func (s strided) rows(c *build.Context, base reg.Register) []Mem {
	half := c.GP64()
	c.LEAQ(Mem{Base: base, Index: s.one, Scale: 4}, half)
	var rows []Mem
	for _, b := range []reg.Register{base, half} {
		rows = append(rows, Mem{Base: b}, Mem{Base: b, Index: s.one, Scale: 1},
			Mem{Base: b, Index: s.one, Scale: 2}, Mem{Base: b, Index: s.three, Scale: 1})
	}
	return rows
}

// transpose8 transposes 8×8 floats. Rows i and i+4 are loaded into the halves
// of one register, so nothing has to cross between halves afterwards.
func transpose8(c *build.Context, from, to []Mem, at int) {
	for half := range 2 { // columns 0 to 3, then 4 to 7
		var r, t [4]reg.VecVirtual
		for i := range r {
			r[i], t[i] = c.YMM(), c.YMM()
			c.VBROADCASTF128(from[i].Offset(16*half), r[i])
			c.VINSERTF128(Imm(1), from[i+4].Offset(16*half), r[i], r[i])
		}
		c.VUNPCKLPS(r[1], r[0], t[0])
		c.VUNPCKHPS(r[1], r[0], t[1])
		c.VUNPCKLPS(r[3], r[2], t[2])
		c.VUNPCKHPS(r[3], r[2], t[3])
		for i := range 4 {
			c.VSHUFPS(Imm([]uint64{0x44, 0xee}[i%2]), t[2+i/2], t[i/2], r[i])
			c.VMOVUPS(r[i], to[4*half+i].Offset(at))
		}
	}
}
