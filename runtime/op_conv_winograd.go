package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// Sizes that Winograd's form is used from and works with. They depend on the
// layer's shape alone, and so does the answer.
const (
	winogradChannels = 32 // of the input and of the result, at least
	winogradTiles    = 28 // in a part, about
)

// winograd is a 3×3 convolution by kernel.WinogradInput and its like: 16 products
// of matrices over tiles of 2×2 outputs.
type winograd struct {
	*convolution
	planes     *[kernel.WinogradPlanes]*kernel.Packed
	high, wide int // tiles of an image
	block      int // rows of tiles in a part
	v, m       int // floats of a plane, before and after the products
	border     int // floats of the four input rows behind a row of tiles
	out        int // floats of the two output rows of a row of tiles
}

// winogradFits reports whether Winograd's form applies and pays.
func (c *convolution) winogradFits(a *operands) bool {
	z, y, x := c.g[0], c.g[1], c.g[2]
	if a.in[1].constant() == nil || c.groups != 1 || min(c.cg, c.fg) < winogradChannels || z.size != 1 || z.out != z.in || z.out != 1 {
		return false
	}
	for _, s := range []span{y, x} {
		if s.size != 3 || s.stride != 1 || s.dilation != 1 {
			return false
		}
	}
	tiles := (y.out + 1) / 2 * ((x.out + 1) / 2)
	return tiles >= 12 && 4*y.out*x.out >= 3*4*tiles // at least three quarters of the tiles' outputs are used
}

// planes returns the matrices that the kernel becomes, yet to be filled.
func (c *convolution) planes() *[kernel.WinogradPlanes]*kernel.Packed {
	var planes [kernel.WinogradPlanes]*kernel.Packed
	for p := range planes {
		planes[p] = newPacked(c.cg, c.fg)
	}
	return &planes
}

func planesBytes(planes *[kernel.WinogradPlanes]*kernel.Packed) int {
	return kernel.WinogradPlanes * packedBytes(planes[0])
}

// byTiles makes the kernel in Winograd's form.
func (c *convolution) byTiles(a *operands) task {
	w := &winograd{convolution: c, high: (c.g[1].out + 1) / 2, wide: (c.g[2].out + 1) / 2}
	t := a.in[1].constant()
	type key struct{ t *Tensor }
	w.planes = keepFilled(a, t, key{t}, c.planes, kernel.WinogradKernel, planesBytes)
	rows := c.images * w.high
	w.block = min(rows, max(1, (winogradTiles+w.wide-1)/w.wide))
	if n := a.shared.threads; rows/w.block < n {
		w.block = (rows + n - 1) / n // weights are read more often, but by all
	}
	w.v, w.m = w.block*w.wide*c.cg, w.block*w.wide*c.fg
	w.border, w.out = 4*(2*w.wide+2)*c.cg, 4*w.wide*c.fg
	return task{parts: (rows + w.block - 1) / w.block, cost: float64(c.images) * c.work(), weights: 4 * kernel.WinogradPlanes * float64(c.cg) * float64(c.fg),
		scratch: kernel.WinogradPlanes*(w.v+w.m) + w.border + w.out,
		run: func(f *frame, lo, hi int) {
			for ; lo < hi; lo++ {
				w.part(f, lo*w.block, min((lo+1)*w.block, rows))
			}
		}}
}

// part computes the rows of tiles from <= r < to, counted through all images.
func (w *winograd) part(f *frame, from, to int) {
	scratch := f.floats(kernel.WinogradPlanes*(w.v+w.m) + w.border + w.out)
	v, rest := scratch[:kernel.WinogradPlanes*w.v], scratch[kernel.WinogradPlanes*w.v:]
	m, rest := rest[:kernel.WinogradPlanes*w.m], rest[kernel.WinogradPlanes*w.m:]
	border, out := rest[:w.border], rest[w.border:]
	x, y := f.f32(w.x), f.f32(w.y)
	size := w.g.inputs() * w.cg
	for r := from; r < to; r++ {
		w.input(v[(r-from)*w.wide*w.cg:], x[r/w.high*size:][:size], border, r%w.high)
	}
	lowest, highest := epilogue{}.bounds()
	for p, u := range w.planes {
		g := kernel.Gemm{C: m[p*w.m:], LDC: w.fg, A: v[p*w.v:], LDA: w.cg, M: (to - from) * w.wide, B: u, Min: lowest, Max: highest}
		g.Run()
	}
	for r := from; r < to; r++ {
		if image := x[r/w.high*size:][:size]; !w.finite(image, r%w.high) {
			w.exactly(f, y, image, r/w.high, r%w.high)
			continue
		}
		w.output(f, y, m[(r-from)*w.wide*w.fg:], out, r/w.high, r%w.high)
	}
}

// finite reports whether the inputs behind a row of tiles have a finite sum.
// Infinities do not go through the transformations: their differences are NaN.
func (w *winograd) finite(image []float32, row int) bool {
	pitch := w.g[2].in * w.cg
	top := 2*row - w.g[1].before
	from := min(max(top, 0), w.g[1].in)
	to := max(min(top+4, w.g[1].in), from)
	sum := kernel.Sum(image[from*pitch : to*pitch])
	return sum-sum == 0
}

// exactly computes the rows of the result that a row of tiles stands for by the
// definition, slowly.
func (w *winograd) exactly(f *frame, y, image []float32, n, row int) {
	v, h := w.g[1], w.g[2]
	k := f.f32(w.k)
	lo, hi := w.bounds()
	for oy := 2 * row; oy < min(2*row+2, v.out); oy++ {
		for ox := range h.out {
			at := ((n*v.out+oy)*h.out + ox) * w.fg
			dst := y[at:][:w.fg]
			switch {
			case w.add != nil:
				copy(dst, f.f32(*w.add)[at:])
			default:
				clear(dst)
			}
			if w.row != nil {
				kernel.Add(dst, dst, f.f32(*w.row))
			}
			for i := range 3 {
				for j := range 3 {
					iy, ix := v.at(oy, i), h.at(ox, j)
					if iy < 0 || ix < 0 {
						continue
					}
					for c, x := range image[(iy*h.in+ix)*w.cg:][:w.cg] {
						kernel.Axpy(dst, x, k[((i*3+j)*w.cg+c)*w.fg:][:w.fg])
					}
				}
			}
			if w.lo < w.hi {
				kernel.Clamp(dst, dst, lo, hi)
			}
			if w.act.unaryKind != nil {
				w.act.kernel(dst, dst, w.act.p, w.act.q)
			}
		}
	}
}

// input transforms the inputs of one row of tiles of an image. The tiles that
// see padding read a copy with zeros around it.
func (w *winograd) input(v, image, border []float32, row int) {
	top, left := 2*row-w.g[1].before, -w.g[2].before
	height, width := w.g[1].in, w.g[2].in
	pitch := width * w.cg
	inner, innerEnd := (w.g[2].before+1)/2, 0 // tiles with all their columns inside
	if top >= 0 && top+4 <= height && width-4-left >= 0 {
		innerEnd = min((width-4-left)/2+1, w.wide)
	}
	if inner >= innerEnd {
		w.bordered(v, image, border, top, left, 0, w.wide)
		return
	}
	w.bordered(v, image, border, top, left, 0, inner)
	kernel.WinogradInput(v[inner*w.cg:], image[top*pitch+(left+2*inner)*w.cg:], innerEnd-inner, w.cg, pitch, w.v)
	w.bordered(v, image, border, top, left, innerEnd, w.wide)
}

// bordered is input for the tiles from <= t < to, by way of a copy.
func (w *winograd) bordered(v, image, border []float32, top, left, from, to int) {
	if from >= to {
		return
	}
	height, width := w.g[1].in, w.g[2].in
	columns := 2*(to-from) + 2
	left += 2 * from
	skip := max(0, -left)                          // columns of zeros in front
	count := max(0, min(columns, width-left)-skip) // columns of the image
	for i := range 4 {
		dst := border[i*columns*w.cg:][:columns*w.cg]
		y := top + i
		if y < 0 || y >= height || count == 0 {
			clear(dst)
			continue
		}
		clear(dst[:skip*w.cg])
		copy(dst[skip*w.cg:], image[(y*width+left+skip)*w.cg:][:count*w.cg])
		clear(dst[(skip+count)*w.cg:])
	}
	kernel.WinogradInput(v[from*w.cg:], border, to-from, w.cg, columns*w.cg, w.v)
}

// output transforms the sums of one row of tiles and writes the rows of the
// result that they are.
func (w *winograd) output(f *frame, y, m, out []float32, image, row int) {
	height, width := w.g[1].out, w.g[2].out
	rows := min(2, height-2*row)
	pitch := width * w.fg
	at := (image*height + 2*row) * pitch
	lo, hi := w.bounds()
	var bias []float32
	if w.row != nil {
		bias = f.f32(*w.row)
	}
	direct := 0 // tiles written where they belong
	if rows == 2 && w.add == nil {
		direct = width / 2
		kernel.WinogradOutput(y[at:], m, bias, direct, w.fg, pitch, w.m, lo, hi)
	}
	if direct < w.wide {
		if w.add != nil {
			lo, hi = epilogue{}.bounds()
		}
		columns := 2 * (w.wide - direct)
		kernel.WinogradOutput(out, m[direct*w.fg:], bias, w.wide-direct, w.fg, columns*w.fg, w.m, lo, hi)
		from := 2 * direct * w.fg
		for i := range rows {
			dst, src := y[at+i*pitch+from:][:pitch-from], out[i*columns*w.fg:]
			if w.add == nil {
				copy(dst, src)
				continue
			}
			kernel.Add(dst, f.f32(*w.add)[at+i*pitch+from:], src)
			if lo, hi := w.bounds(); w.lo < w.hi {
				kernel.Clamp(dst, dst, lo, hi)
			}
		}
	}
	if w.act.unaryKind != nil {
		y = y[at : at+rows*pitch]
		w.act.kernel(y, y, w.act.p, w.act.q)
	}
}
