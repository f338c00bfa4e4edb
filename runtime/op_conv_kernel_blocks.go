package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// Columns of the kernel's gradient, which is made transposed: a row for each filter, a
// column for each tap and channel.
const (
	gradientColumns = 5 * kernel.PanelWidth // of a part
	gradientParts   = 4                     // that are computed together
)

// kernelGradient multiplies, for blocks of output pixels, the transposed cotangents with
// what lies behind the taps, which goes from the data straight into panels.
type kernelGradient struct {
	*convolution
	d        operand
	table    []int32
	columns  int // of all taps
	step     int // in the data, from a place of the window to the next on its last axis
	block    int // pixels
	packLen  int
	transLen int
}

func (c *convolution) kernelGradient(d operand) *kernelGradient {
	k := &kernelGradient{convolution: c, d: d, table: c.g.table(c.watch, c.channels()), columns: c.g.taps() * c.cg}
	k.step = c.g[maxSpatial-1].stride * c.channels()
	k.block = min(gradientPixels, max(c.images*c.g.pixels(), 1))
	k.packLen = kernel.PackedLen(k.block, min(k.columns, gradientParts*gradientColumns))
	k.transLen = c.fg * (k.block + kernel.PanelWidth)
	return k
}

func (k *kernelGradient) task() task {
	sums := k.fg * min(k.columns, gradientParts*gradientColumns)
	parts := ceilDiv(k.columns, gradientColumns)
	need := k.packLen + k.transLen + sums
	return task{parts: parts * k.groups, cost: float64(k.images) * k.work(), scratch: need, run: func(f *frame, lo, hi int) {
		for lo < hi {
			group, part := lo/parts, lo%parts
			n := min(gradientParts, hi-lo, parts-part)
			k.rows(f, group, part*gradientColumns, min((part+n)*gradientColumns, k.columns), f.floats(need))
			lo += n
		}
	}}
}

// rows computes the rows lo <= j < hi of a group's gradient: columns of the transposed one.
func (k *kernelGradient) rows(f *frame, group, lo, hi int, scratch []float32) {
	filters, pixels, total := k.filters(), k.g.pixels(), k.images*k.g.pixels()
	left, sums := scratch[k.packLen:][:k.transLen], scratch[k.packLen+k.transLen:]
	b := kernel.Packed{N: hi - lo, Data: scratch[:k.packLen]}
	lowest, highest := epilogue{}.bounds()
	dk, lda := f.f32(k.y)[lo*filters+group*k.fg:], k.block+kernel.PanelWidth
	if total == 0 {
		clear(sums[:k.fg*b.N])
	}
	for from := 0; from < total && !f.expired(); from += k.block {
		b.K = min(k.block, total-from)
		kernel.Transpose(left, f.f32(k.d)[from*filters+group*k.fg:], b.K, k.fg, filters, lda)
		for i := 0; i < b.K; { // pixels of one image at a time
			image, at := (from+i)/pixels, (from+i)%pixels
			n := min(b.K-i, pixels-at)
			data := f.f32(k.x)[image*k.g.inputs()*k.channels():]
			k.gather(&b, i, data[group*k.cg:], at, n, lo, hi)
			i += n
		}
		g := kernel.Gemm{C: sums, LDC: b.N, A: left, LDA: lda, M: k.fg, B: &b, Accumulate: from > 0, Min: lowest, Max: highest}
		g.Run()
	}
	kernel.Transpose(dk, sums, k.fg, b.N, b.N, filters)
}

// gather packs rows from row on: what lies behind the taps of n pixels of an image, in the
// columns lo <= j < hi.
func (k *kernelGradient) gather(b *kernel.Packed, row int, data []float32, pixel, n, lo, hi int) {
	if hi < lo+b.Panels()*kernel.PanelWidth { // what fills the last panel
		last := b.Data[(b.Panels()-1)*b.K*kernel.PanelWidth:]
		clear(last[row*kernel.PanelWidth : (row+n)*kernel.PanelWidth])
	}
	taps := k.g.taps()
	for tap := lo / k.cg; tap*k.cg < hi; tap++ {
		for i := 0; i < n; {
			off, run := k.table[(pixel+i)*taps+tap], 1
			for i+run < n && int(k.table[(pixel+i+run)*taps+tap]) == int(off)+k.next(off, run) {
				run++
			}
			for j := max(lo, tap*k.cg); j < min(hi, (tap+1)*k.cg); {
				lane := (j - lo) % kernel.PanelWidth
				width := min(kernel.PanelWidth-lane, min(hi, (tap+1)*k.cg)-j)
				to := b.Data[(j-lo-lane)*b.K+(row+i)*kernel.PanelWidth+lane:]
				if off >= 0 {
					kernel.PackPanel(to, data[int(off)+j-tap*k.cg:], run, width, k.step)
				} else {
					for r := range run {
						clear(to[r*kernel.PanelWidth:][:width])
					}
				}
				j += width
			}
			i += run
		}
	}
}

// next is how far behind a place of the data that of a later pixel is in the same run;
// places outside are all -1.
func (k *kernelGradient) next(off int32, run int) int {
	if off < 0 {
		return 0
	}
	return run * k.step
}
