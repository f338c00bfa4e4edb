package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// fewChannels is the number of input channels below which a convolution reads
// rows of a padded copy: the taps along the last axis are then one long run.
const fewChannels = 12

// rowsFit reports whether byRows is the way: few channels, and padding that
// keeps the taps of a row from lying one after the other in the input itself.
func (c *convolution) rowsFit() bool {
	y, x := c.g[1], c.g[2]
	return c.cg <= fewChannels && x.size > 1 && x.dilation == 1 && !x.inside() &&
		y.reach() <= 2*y.in+y.size // a wide dilation would copy mostly zeros
}

// padded is a padded copy of the input rows that a block of output rows sees.
type padded struct {
	lines int // output rows in a block
	rows  int // input rows behind them
	width int // floats in a padded row
	size  int // floats in all
}

// byRows is a convolution that copies, for each block of output rows, the input
// rows that they see to scratch, with zeros around them.
func (c *convolution) byRows() task {
	const places = 384 // of the output, in a block
	z, y, x := c.g[0], c.g[1], c.g[2]
	p := padded{lines: min(y.out, max(1, places/x.out))}
	p.rows = (p.lines-1)*y.stride + y.reach()
	p.width = max((x.out-1)*x.stride+x.reach(), x.before+x.in) * c.cg
	p.size = z.size * p.rows * p.width
	r := tapRuns{segs: z.size * y.size, segK: x.size * c.cg, zeros: kernel.AlignedFloats(x.size * c.cg)}
	table := gatherTable(1, p.lines*x.out, r.segs, 0, func(set func(row, seg, offset int)) {
		for row := range p.lines * x.out {
			for seg := range r.segs {
				line := seg/y.size*p.rows + row/x.out*y.stride + seg%y.size*y.dilation
				set(row, seg, line*p.width+row%x.out*x.stride*c.cg)
			}
		}
	})
	m := &c.packs[0]
	blocks := (y.out + p.lines - 1) / p.lines
	step := gemmRows(c.fg)
	return task{parts: c.images * z.out * blocks, cost: float64(c.images) * c.work(), weights: c.weights(), scratch: c.packLen + p.size, run: func(f *frame, lo, hi int) {
		scratch := f.floats(c.packLen + p.size)
		c.prepare(f, scratch, m)
		copied := scratch[c.packLen:]
		b := m.of(scratch, 0)
		for ; lo < hi; lo++ {
			line, plane, image := lo%blocks*p.lines, lo/blocks%z.out, lo/blocks/z.out
			c.copyRows(copied, f.f32(c.x)[image*c.g.inputs()*c.cg:], p, plane, line)
			count := min(p.lines, y.out-line) * x.out
			first := ((image*z.out+plane)*y.out + line) * x.out
			for at := 0; at < count; at += step {
				g := kernel.Indirect{Segs: r.segs, SegK: r.segK, Zeros: r.zeros, Offsets: table[at*r.segs:]}
				g.M, g.LDC, g.B = min(step, count-at), c.fg, &b
				g.A = copied
				y := f.f32(c.y)[(first+at)*c.fg:]
				c.begin(f, &g.Gemm, y, (first+at)*c.fg, 0)
				g.Run()
				c.apply(&g.Gemm, y)
			}
		}
	}}
}

// copyRows fills dst with the input rows behind the output rows from line on of
// an output plane.
func (c *convolution) copyRows(dst, image []float32, p padded, plane, line int) {
	z, y, x := c.g[0], c.g[1], c.g[2]
	left, width := x.before*c.cg, x.in*c.cg
	for i := range z.size {
		iz := z.at(plane, i)
		for r := range p.rows {
			row := dst[(i*p.rows+r)*p.width:][:p.width]
			iy := line*y.stride - y.before + r
			if iz < 0 || iy < 0 || iy >= y.in {
				clear(row)
				continue
			}
			clear(row[:left])
			copy(row[left:], image[(iz*y.in+iy)*width:][:width])
			clear(row[left+width:])
		}
	}
}
