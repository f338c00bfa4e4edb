package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vnniChains is how many sums a row has under way at once: an addition takes about five
// cycles, and one row alone must not wait for it at every pair.
const vnniChains = 4

// emitInt8VNNI writes the product of whole numbers for one to six rows,
//
//	func intProductNVNNI(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)
//
// on the operands of intProductNAVX2. A vector of B is a pair of rows of a panel, widened
// to int16; VPDPWSSD multiplies it by the pair of A and adds both products to the sum,
// without saturation.
func emitInt8VNNI(c *build.Context) {
	for rows := 1; rows <= 6; rows++ {
		intProductVNNI(c, rows)
	}
}

func intProductVNNI(c *build.Context, rows int) {
	name := fmt.Sprintf("intProduct%dVNNI", rows)
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
	lda3 := c.GP64()
	if rows > 3 {
		c.LEAQ(Mem{Base: lda, Index: lda, Scale: 2}, lda3)
	}

	c.Label("panel")
	acc := make([][vnniChains]reg.VecVirtual, rows)
	for i := range acc {
		for chain := range acc[i] {
			acc[i][chain] = c.ZMM()
			c.VPXORD(acc[i][chain], acc[i][chain], acc[i][chain])
		}
	}
	row, row3, left := c.GP64(), c.GP64(), c.GP64()
	c.MOVQ(a, row)
	if rows > 3 {
		c.LEAQ(Mem{Base: a, Index: lda3, Scale: 1}, row3)
	}
	// pairs multiplies so many pairs, each into its own chain, and steps over them.
	pairs := func(n int) {
		for chain := range n {
			w := c.ZMM()
			c.VPMOVSXBW(Mem{Base: b, Disp: 32 * chain}, w)
			for i := range acc {
				m := Mem{Base: row, Disp: 4 * chain}
				if i >= 3 {
					m.Base = row3
				}
				if i%3 > 0 {
					m.Index, m.Scale = lda, uint8(i%3)
				}
				c.VPDPWSSD_BCST(m, w, acc[i][chain])
			}
		}
		c.ADDQ(Imm(uint64(32*n)), b)
		c.ADDQ(Imm(uint64(4*n)), row)
		if rows > 3 {
			c.ADDQ(Imm(uint64(4*n)), row3)
		}
	}
	c.MOVQ(loadInt(c, "pairs"), left)
	c.SUBQ(Imm(vnniChains), left)
	c.JL(LabelRef("rest"))
	c.Label("several")
	pairs(vnniChains)
	c.SUBQ(Imm(vnniChains), left)
	c.JGE(LabelRef("several"))
	c.Label("rest")
	c.ADDQ(Imm(vnniChains), left)
	c.JZ(LabelRef("store"))
	c.Label("one")
	pairs(1)
	c.DECQ(left)
	c.JNZ(LabelRef("one"))

	c.Label("store")
	line := c.GP64()
	c.MOVQ(to, line)
	for _, r := range acc {
		c.VPADDD(r[1], r[0], r[0])
		c.VPADDD(r[3], r[2], r[2])
		c.VPADDD(r[2], r[0], r[0])
		c.VMOVDQU32(r[0], Mem{Base: line})
		c.ADDQ(ldc, line)
	}
	c.ADDQ(Imm(panelBytes), to)
	c.DECQ(panels)
	c.JNZ(LabelRef("panel"))
	c.VZEROUPPER()
	c.RET()
}
