package kernel

import "fmt"

// Row is a Gemm of one row, prepared once for calls that repeat: of a small product the
// checks and the setting up would take most of the time. Its answers are the Gemm's, bit
// for bit.
type Row struct {
	b        *Packed
	min, max float32
	tiles    rowTiles // none where a Gemm has to do it
}

// NewRow prepares the product of one row with b whose sums are bounded as a Gemm's are.
// It panics when b is too short for its size.
func NewRow(b *Packed, min, max float32) *Row {
	if len(b.Data) < PackedLen(b.K, b.N) {
		panic(fmt.Sprintf("kernel: Row: B is %d×%d but has %d floats", b.K, b.N, len(b.Data)))
	}
	r := &Row{b: b, min: min, max: max}
	g := r.gemm(nil, nil, nil)
	r.tiles = g.rowTiles()
	return r
}

// Run writes the product of a, of b.K floats, to c, of b.N: the sums start from bias,
// or from zeros when that is nil. It panics when a slice is too short.
func (r *Row) Run(c, a, bias []float32) {
	if len(a) < r.b.K || len(c) < r.b.N || bias != nil && len(bias) < r.b.N {
		panic(fmt.Sprintf("kernel: Row: %d, %d and %d floats for a row by a %d×%d matrix", len(c), len(a), len(bias), r.b.K, r.b.N))
	}
	if !r.tiles.run(c, a, bias) {
		g := r.gemm(c, a, bias)
		g.Run()
	}
}

func (r *Row) gemm(c, a, bias []float32) Gemm {
	return Gemm{C: c, LDC: r.b.N, A: a, LDA: r.b.K, M: 1, B: r.b, Bias: bias, Min: r.min, Max: r.max}
}
