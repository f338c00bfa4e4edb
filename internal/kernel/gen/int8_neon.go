package main

import "fmt"

// neonInt8Words are instructions that Go's assembler has no name for.
const neonInt8Words = `// SMULL and SMULL2 multiply the low and the high eight int8 of Vn and Vm, SADALP adds
// neighbours of eight int16 to four int32.
#define SMULL(m, n, d) WORD $(0x0E20C000 | (m)<<16 | (n)<<5 | (d))
#define SMULL2(m, n, d) WORD $(0x4E20C000 | (m)<<16 | (n)<<5 | (d))
#define SADALP(n, d) WORD $(0x4E606800 | (n)<<5 | (d))

// UCVTF makes floats of four uint32, FSUB is Vn-Vm, FMUL is Vn*Vm.
#define UCVTF(n, d) WORD $(0x6E21D800 | (n)<<5 | (d))
#define FSUB(m, n, d) WORD $(0x4EA0D400 | (m)<<16 | (n)<<5 | (d))
#define FMUL(m, n, d) WORD $(0x6E20DC00 | (m)<<16 | (n)<<5 | (d))
`

// emitInt8NEON writes the products of whole numbers of emitInt8 for arm64, and
// unpackInt4.
func emitInt8NEON() []byte {
	f := newNEONFile()
	f.WriteString(neonInt8Words)
	for rows := 1; rows <= 6; rows++ {
		f.intProduct(rows)
	}
	f.unpackInt4()
	return f.Bytes()
}

// intProduct multiplies a pair of A, narrowed to int8 in all lanes, by 32 int8 of a
// pair of rows of B. Accumulators are V0 to V23.
func (f *neonFile) intProduct(rows int) {
	f.function(fmt.Sprintf("intProduct%dNEON", rows), "(c *int32, a *int16, b *int8, pairs, lda, ldc, panels int)", 0, 56)
	for i, name := range []string{"c", "a", "b", "pairs", "lda", "ldc", "panels"} {
		f.op("MOVD %s+%d(FP), R%d", name, 8*i, i)
	}
	f.label("panel")
	for i := range rows {
		if i == 0 {
			f.op("MOVD R1, %s", neonRows[0])
		} else {
			f.op("ADD R4, %s, %s", neonRows[i-1], neonRows[i])
		}
	}
	for i := range 4 * rows {
		f.op("VEOR V%d.B16, V%d.B16, V%d.B16", i, i, i)
	}
	f.op("MOVD R3, R7")
	f.label("pair")
	f.op("VLD1.P 32(R2), [V24.B16, V25.B16]")
	for i, row := range neonRows[:rows] {
		f.op("VLD1R.P 4(%s), [V26.S4]", row)
		f.op("VUZP1 V26.B16, V26.B16, V26.B16")
		for v := range 4 {
			f.op("SMULL%s(26, %d, %d)", []string{"", "2"}[v%2], 24+v/2, 27+v)
		}
		for v := range 4 {
			f.op("SADALP(%d, %d)", 27+v, 4*i+v)
		}
	}
	f.op("SUBS $1, R7")
	f.op("BNE pair")
	f.op("MOVD R0, R8")
	for i := range rows {
		f.op("VST1 [V%d.S4, V%d.S4, V%d.S4, V%d.S4], (R8)", 4*i, 4*i+1, 4*i+2, 4*i+3)
		f.op("ADD R5, R8")
	}
	f.op("ADD $64, R0")
	f.op("SUBS $1, R6")
	f.op("BNE panel")
	f.op("RET")
}

func (f *neonFile) unpackInt4() {
	f.function("unpackInt4NEON", "(dst *float32, src *byte, rows int, scale, zero *float32)", 0, 40)
	for i, name := range []string{"dst", "src", "rows", "scale", "zero"} {
		f.op("MOVD %s+%d(FP), R%d", name, 8*i, i)
	}
	f.op("VLD1 (R3), [V16.S4, V17.S4, V18.S4, V19.S4]")
	f.op("VLD1 (R4), [V20.S4, V21.S4, V22.S4, V23.S4]")
	f.op("VMOVI $15, V24.B8")
	f.label("row")
	f.op("VLD1.P 8(R1), [V0.B8]")
	f.op("VUSHR $4, V0.B8, V4.B8")
	f.op("VAND V24.B8, V0.B8, V0.B8")
	for _, v := range []int{0, 4} {
		f.op("VUSHLL $0, V%d.B8, V%d.H8", v, v)
		f.op("VUSHLL2 $0, V%d.H8, V%d.S4", v, v+1)
		f.op("VUSHLL $0, V%d.H4, V%d.S4", v, v)
	}
	for i, v := range []int{0, 1, 4, 5} {
		f.op("UCVTF(%d, %d)", v, v)
		f.op("FSUB(%d, %d, %d)", 20+i, v, v)
		f.op("FMUL(%d, %d, %d)", 16+i, v, v)
	}
	f.op("VST1.P [V0.S4, V1.S4], 32(R0)")
	f.op("VST1.P [V4.S4, V5.S4], 32(R0)")
	f.op("SUBS $1, R2")
	f.op("BNE row")
	f.op("RET")
}
