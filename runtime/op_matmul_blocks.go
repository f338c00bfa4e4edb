package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// Sizes of the blocks of a product of two computed matrices. What is packed of the second
// has to stay in the second-level cache, of 512 KiB, while all rows pass over it.
const (
	blockDepth   = 256 // steps of k that are packed together
	blockColumns = 128 // columns of a part
	blockMerged  = 256 // columns that are packed together
	fewestParts  = 8   // of a product that is worth several goroutines
)

// blocks is a product of two matrices that are both computed, in parts: rectangles of the
// result. Each step along k packs a block of the second right before it is used, and with
// transA turns a block of the first, so that both come from cache.
type blocks struct {
	*product
	rows, cols int // of a part
	across     int // parts to a row of parts
	depth, lda int
}

func (p *product) blocks() task {
	cost := 2 * float64(p.m) * float64(p.k) * float64(p.n)
	b := &blocks{product: p, rows: 8 * blockColumns, cols: blockColumns, depth: min(p.k, 2*blockDepth)}
	if p.o.transA {
		b.rows, b.depth = 2*blockColumns, min(p.k, blockDepth)
	}
	b.lda = (b.depth+15)/16*16 + 16 // rows begin in different sets of the cache
	for cost > splitCost && ceilDiv(p.m, b.rows)*ceilDiv(p.n, b.cols) < fewestParts && b.rows > blockRows {
		if b.cols > blockColumns/2 && p.n > blockColumns/2 {
			b.cols /= 2
			continue
		}
		b.rows /= 2
	}
	b.rows = ceilDiv(ceilDiv(p.m, ceilDiv(p.m, b.rows)), 6) * 6 // the kernel's six
	b.across = ceilDiv(p.n, b.cols)
	t := task{parts: ceilDiv(p.m, b.rows) * b.across, cost: cost, scratch: b.packLen()}
	if p.o.transA {
		t.scratch += b.rows * b.lda
	}
	t.run = b.run
	return t
}

func ceilDiv(x, y int) int { return (x + y - 1) / y }

func (b *blocks) packLen() int { return kernel.PackedLen(b.depth, min(blockMerged, b.n)) }

// run computes parts, those that lie side by side together.
func (b *blocks) run(f *frame, lo, hi int) {
	for lo < hi {
		row, from := lo/b.across, lo%b.across
		to := min(from+hi-lo, b.across)
		b.rectangle(f, row*b.rows, min(b.rows, b.m-row*b.rows), from*b.cols, min(to*b.cols, b.n))
		lo += to - from
	}
}

// rectangle computes some rows of the result and of them the columns from <= j < to.
func (b *blocks) rectangle(f *frame, row, rows, from, to int) {
	c := f.f32(b.c)[row*b.n:]
	if b.k == 0 {
		b.step(f, c, row, rows, from, to, 0, 0)
	}
	for k := 0; k < b.k; k += b.depth {
		b.step(f, c, row, rows, from, to, k, min(b.depth, b.k-k))
	}
}

// step adds depth steps of k, from k on, to the sums of a rectangle.
func (b *blocks) step(f *frame, c []float32, row, rows, from, to, k, depth int) {
	packed := kernel.Packed{K: depth, Data: f.floats(b.packLen())}
	left, lda := f.f32(b.a), b.k
	if b.o.transA {
		left, lda = f.floats(b.packLen() + b.rows*b.lda)[b.packLen():], b.lda
		kernel.Transpose(left, f.f32(b.a)[k*b.m+row:], depth, rows, b.m, lda)
	} else {
		left = left[row*b.k+k:]
	}
	lowest, highest := epilogue{}.bounds()
	for j := from; j < to && !f.expired(); j += blockMerged {
		packed.N = min(blockMerged, to-j)
		kernel.Pack(packed.Data, f.f32(b.b)[k*b.rowStride+j*b.colStride:], depth, packed.N, b.rowStride, b.colStride)
		g := kernel.Gemm{LDC: b.n, A: left, LDA: lda, M: rows, B: &packed, C: c[j:], Accumulate: true}
		if k == 0 {
			g.Accumulate = false
			b.begin(f, &g, c[j:], row*b.n+j, j)
		}
		last := k+depth == b.k
		if g.Min, g.Max = lowest, highest; last {
			g.Min, g.Max = b.bounds()
		}
		g.Run()
		if last {
			b.apply(&g, c[j:])
		}
	}
}
