//go:build !noasm && (amd64 || arm64)

package kernel

import (
	"math"
	"unsafe"
)

// tile is the argument of the assembly routines of the product. A routine for r
// rows and p panels multiplies `blocks` blocks of r rows of A by cols columns
// of B, in groups of p panels; cols rounded up to panels is a multiple of p. For
// 0 panels cols is at most half of one.
type tile struct {
	a     *float32 // A; row i's run s is at a + aShift + 4*off[6*s+i], zeros where that offset is negative
	off   *int32
	zeros *float32
	b     *float32 // the first panel at the first k
	c     *float32 // the first row's first column
	bias  *float32 // the first column's, or nil
	mask  *int32   // 16 lane masks for the last panel where it is narrower than 16

	aShift  uintptr // bytes
	segs    int     // runs to a row, at least 1
	segK    int     // length of a run, at least 1
	bStride uintptr // bytes from panel to panel
	ldc     uintptr // bytes from row to row of C
	cols    int     // at least 1
	blocks  int     // at least 1
	aStep   uintptr // bytes from block to block: in A,
	offStep uintptr // in off,
	cStep   uintptr // in C
	flags   uint64
	min     float32
	max     float32
	ahead   uintptr // bytes from what is read of B to what is read after this call: a hint
}

// Bits of tile.flags.
const (
	tileAccumulate = 1 // start from C
	tileClamp      = 2 // bound the sums by min and max
)

// laneMasks holds the masks of n lanes of 16 at laneMasks[16-n:].
var laneMasks = [2 * PanelWidth]int32{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}

// Limits of the driver. The cache limits are for a first-level cache of 32 KiB
// and a second-level one of 512 KiB.
const (
	// callWork bounds the elements of B times row blocks of one call, at 12
	// operations each, to keep the call well under a millisecond.
	callWork = 1 << 20
	// depthBlock is the number of steps of k after which more than one block of
	// rows starts over on the next columns, so that A's rows and B's panels stay
	// in the caches.
	depthBlock = 512
	// groupFloats is the part of B, in floats, that all rows pass over before
	// the next columns.
	groupFloats = 64 << 10
)

// product is a checked product, plain (one run to a row) or indirect.
type product struct {
	*Gemm
	off        *int32 // of the first block of rows
	offBlock   int    // offsets from block to block of rows; 0 when plain
	aBlock     int    // floats from block to block of rows; 0 when indirect
	segs, segK int
	zeros      *float32
}

// run computes panels [lo, hi). It goes by groups of columns, within them by
// parts of k, and within those by rows. The tile is filled in here and not in
// functions of its own because a pointer stored through another one escapes.
func (p *product) run(lo, hi int) {
	t := tile{
		a: unsafe.SliceData(p.A), zeros: p.zeros,
		ldc: uintptr(p.LDC) * 4, bStride: uintptr(p.B.K) * PanelWidth * 4,
		aStep: uintptr(p.aBlock) * 4, offStep: uintptr(p.offBlock) * 4, cStep: uintptr(p.LDC) * rowBlock * 4,
		mask: &laneMasks[-p.B.N&(PanelWidth-1)],
		min:  p.Min, max: p.Max,
	}
	segsPart, kPart, panels := p.parts(hi - lo)
	for j := lo; j < hi; j += panels {
		end := min(j+panels, hi)
		for s := 0; s < p.segs; s += segsPart {
			for k := 0; k < p.segK; k += kPart {
				t.segs, t.segK = min(segsPart, p.segs-s), min(kPart, p.segK-k)
				switch at := s*p.segK + k; { // what comes after is further along these panels, or in the next
				case at+t.segs*t.segK < p.B.K:
					t.ahead = uintptr(t.segs*t.segK) * PanelWidth * 4
				case end < hi:
					t.ahead = uintptr((end-j)*p.B.K-at) * PanelWidth * 4
				default:
					t.ahead = 0
				}
				t.flags = p.flags(s == 0 && k == 0, s+t.segs == p.segs && k+t.segK == p.segK)
				step := rowBlock // rows to a call
				if p.M > rowBlock {
					step *= max(callWork/(t.segs*t.segK*(end-j)*PanelWidth), 1)
				}
				for i := 0; i < p.M; {
					rows := min(rowBlock, p.M-i)
					next := i + min(step, max((p.M-i)/rowBlock, 1)*rowBlock)
					t.blocks = (next - i) / rowBlock
					t.aShift = uintptr(i/rowBlock*p.aBlock+k) * 4
					t.off = (*int32)(unsafe.Add(unsafe.Pointer(p.off), (s*rowBlock+i/rowBlock*p.offBlock)*4))
					for q := j; q < end; {
						col := q * PanelWidth
						n, width := p.group(rows, q, end, t.bStride)
						q += n
						t.cols = min(q*PanelWidth, p.B.N) - col
						t.b = &p.B.Data[col*p.B.K+(s*p.segK+k)*PanelWidth]
						t.c = &p.C[i*p.LDC+col]
						if p.Bias != nil {
							t.bias = &p.Bias[col]
						}
						runTile(&t, rows, width)
					}
					i = next
				}
			}
		}
	}
}

// group returns how many panels of [lo, hi) one call computes for that many rows, and
// the width of its tiles.
func (p *product) group(rows, lo, hi int, stride uintptr) (n, width int) {
	if halfTile(rows) && hi*PanelWidth-p.B.N >= PanelWidth/2 {
		if hi--; lo == hi {
			return 1, 0
		}
	}
	n = hi - lo
	width = min(tileWidth(rows, n, stride), n)
	if n > width {
		n -= int(uint32(n) % uint32(width))
	}
	return n, width
}

// parts returns how the work is cut: runs and elements of a run to a part of k,
// panels to a group of columns. Small products are not cut, and find out
// without dividing.
func (p *product) parts(total int) (segs, k, panels int) {
	depth, group := 1<<13, callWork
	if p.M > rowBlock {
		depth, group = depthBlock, groupFloats
	}
	switch {
	case p.B.K <= depth:
		segs, k = p.segs, p.segK
	case p.segK <= depth:
		segs, k = depth/p.segK, p.segK
	default:
		n := (p.segK + depth - 1) / depth
		segs, k = 1, (p.segK+n-1)/n
	}
	if panels = total; panels*segs*k*PanelWidth > group {
		panels = max(group/(segs*k*PanelWidth)&^7, 8)
	}
	return segs, k, panels
}

// flags returns tile.flags for the first, a middle or the last part of k.
func (p *product) flags(first, last bool) uint64 {
	var f uint64
	if p.Accumulate || !first {
		f = tileAccumulate
	}
	if last && (p.Min >= -math.MaxFloat32 || p.Max <= math.MaxFloat32) {
		f |= tileClamp
	}
	return f
}
