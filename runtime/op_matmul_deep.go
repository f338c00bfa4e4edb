package runtime

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// deepRows is how many rows a product of transposed rows takes at once: what is packed
// and transposed of them stays in cache until it is used.
const deepRows = 128

// deepSide is how many rows of the result a deep product makes at once, and
// deepPanels how many panels of its columns.
const (
	deepSide   = 192
	deepPanels = 32
)

// deep reports whether the product is one of transposed rows, of which there
// are many, as in gradients of weights.
func (p *product) deep() bool {
	return p.o.transA && !p.o.transB && p.o.epilogue == epilogue{} && len(p.a.Shape) == 2 && len(p.b.Shape) == 2 && p.k > deepRows
}

// acrossRows is the product in blocks of the rows that it sums over, in parts by columns for
// every goroutine. Sums go on in the result, so their order is that of the whole.
func (p *product) acrossRows(threads int) task {
	panels := (p.n + kernel.PanelWidth - 1) / kernel.PanelWidth
	width := max(1, (panels+threads-1)/threads) * kernel.PanelWidth // of a part
	packLen, transLen := kernel.PackedLen(deepRows, min(p.n, deepPanels*kernel.PanelWidth)), min(p.m, deepSide)*deepRows
	return task{parts: (p.n + width - 1) / width, cost: 2 * float64(p.m) * float64(p.k) * float64(p.n), scratch: packLen + transLen,
		run: func(f *frame, lo, hi int) {
			scratch := f.floats(packLen + transLen)
			for i := 0; i < p.m; i += deepSide {
				for k := 0; k < p.k && !f.expired(); k += deepRows {
					p.block(f, scratch[:transLen], scratch[transLen:], i, k, lo*width, min(hi*width, p.n))
				}
			}
		}}
}

// block adds what the rows from k on give for rows of the result from i on, and
// for its columns from <= j < to.
func (p *product) block(f *frame, t, packed []float32, i, k, from, to int) {
	a, b, c := f.f32(p.a), f.f32(p.b), f.f32(p.c)
	rows, depth := min(deepSide, p.m-i), min(deepRows, p.k-k)
	kernel.Transpose(t, a[k*p.m+i:], depth, rows, p.m, depth)
	for j := from; j < to; j += deepPanels * kernel.PanelWidth {
		w := kernel.Packed{K: depth, N: min(deepPanels*kernel.PanelWidth, to-j)}
		w.Data = packed[:kernel.PackedLen(w.K, w.N)]
		kernel.Pack(w.Data, b[k*p.n+j:], w.K, w.N, p.n, 1)
		g := kernel.Gemm{A: t, LDA: depth, M: rows, B: &w, C: c[i*p.n+j:], LDC: p.n, Accumulate: k > 0,
			Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
		g.Run()
	}
}
