package runtime

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// Sizes that balance how often a part of the kernel is read again against what
// a part of the result takes in the caches.
const (
	partFloats = 32 << 10 // of the result, in a part
	partPanels = 8        // of columns, in a part of few rows
	minRows    = 48       // in a part
	joinRows   = 96       // that images are joined to make
)

// gemmRows returns how many rows of the result make one part.
func gemmRows(columns int) int {
	return max(minRows, min(partFloats/max(columns, 1), 192)/gatherBlock*gatherBlock)
}

// tapRuns describes the rows of the first matrix: segs runs of segK floats.
type tapRuns struct {
	segs, segK int
	zeros      []float32
}

// gathered is a convolution whose input pixels are multiplied where they lie,
// through a table of offsets. Rows of small images are joined, so that the
// kernel is read once for several of them.
func (c *convolution) gathered() task {
	pixels := c.g.pixels()
	if c.g.pointwise() {
		return c.rows(1, c.images*pixels, tapRuns{segK: c.cg}, nil, nil)
	}
	join := max(1, min(joinRows/pixels, c.images, math.MaxInt32/max(1, c.g.inputs()*c.channels())))
	r := tapRuns{segs: c.g.taps(), segK: c.cg}
	fill := func(set func(row, seg, offset int)) {
		c.g.walk(c.watch, func(place, tap, at int) { set(place, tap, int(offset(at, c.channels()))) })
	}
	if x := c.g[2]; c.groups == 1 && x.inside() && x.dilation == 1 {
		// The taps along the last axis lie one after the other.
		r = tapRuns{segs: c.g.taps() / x.size, segK: x.size * c.cg}
		fill = func(set func(row, seg, offset int)) {
			c.g.walk(c.watch, func(place, tap, at int) {
				if tap%x.size == 0 {
					set(place, tap/x.size, int(offset(at, c.channels())))
				}
			})
		}
	}
	r.zeros = kernel.AlignedFloats(r.segK)
	size := c.g.inputs() * c.channels()
	table := gatherTable(join, pixels, r.segs, size, fill)
	tail := table
	if rest := c.images % join; rest > 0 {
		tail = gatherTable(rest, pixels, r.segs, size, fill)
	}
	return c.rows(join, pixels, r, table, tail)
}

// rows computes the result by blocks of its rows, of join images at a time. A
// nil table means that the rows lie one after the other.
func (c *convolution) rows(join, pixels int, r tapRuns, table, tail []int32) task {
	m := &c.packs[0]
	f := c.filters()
	sets := (c.images + join - 1) / join
	if table == nil {
		sets = 1
	}
	block := gemmRows(f)
	blocks := (join*pixels + block - 1) / block
	strips, panels := 1, (m.n+kernel.PanelWidth-1)/kernel.PanelWidth
	if sets*blocks < 4 && c.groups == 1 && panels > partPanels {
		strips = (panels + partPanels - 1) / partPanels
	}
	imageSize := c.g.inputs() * c.channels()
	return task{parts: sets * blocks * strips, cost: float64(c.images) * c.work(), weights: c.weights(), scratch: c.packLen, run: func(fr *frame, lo, hi int) {
		scratch := fr.floats(c.packLen)
		c.prepare(fr, scratch, m)
		x, y := fr.f32(c.x), fr.f32(c.y)
		for ; lo < hi; lo++ {
			strip, from, set := lo%strips, lo/strips%blocks*block, lo/strips/blocks
			offsets, count := table, join*pixels
			if table != nil && (set+1)*join > c.images {
				offsets, count = tail, (c.images-set*join)*pixels
			}
			if from >= count {
				continue
			}
			first := set*join*pixels + from
			g := kernel.Indirect{Segs: r.segs, SegK: r.segK, Zeros: r.zeros}
			g.M, g.LDC, g.LDA = min(block, count-from), f, c.channels()
			if strips > 1 {
				g.PanelLo, g.PanelHi = strip*partPanels, min((strip+1)*partPanels, panels)
			}
			var b kernel.Packed
			g.B = &b
			for group := range c.groups {
				b = m.of(scratch, group)
				at := first*f + group*c.fg
				c.begin(fr, &g.Gemm, y[at:], at, group*c.fg)
				if table == nil {
					g.A = x[first*c.channels()+group*c.cg:]
					g.Gemm.Run()
				} else {
					g.A, g.Offsets = x[set*join*imageSize+group*c.cg:], offsets[from*r.segs:]
					g.Run()
				}
				c.apply(&g.Gemm, y[at:])
			}
		}
	}}
}
