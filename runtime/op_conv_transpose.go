package runtime

import (
	"fmt"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// convTranspose is the derivative of conv with respect to its data: inputs (batch,
// spatial axes…, filters) and the kernel of that conv. The result has the
// spatial sizes of a third input, whose data it does not use, or without one
// those of Keras' rule.
type convTranspose struct {
	conv
	like   bool
	chosen bool            // extra is given, else Keras' rule finds it
	extra  [maxSpatial]int // places behind the result: Keras' output_padding
}

func (o convTranspose) name() string { return "conv_transpose" }

func (o convTranspose) infer(in []Type) ([]Type, error) {
	d, k := in[0], in[1]
	if axes, err := wantSpatial(d); err != nil || axes != o.win.axes {
		return nil, &ShapeError{Wanted: fmt.Sprintf("float32 data of rank %d", o.win.axes+2), Received: d.String()}
	}
	if err := o.checkKernel(k, Unknown, d.Shape[len(d.Shape)-1]); err != nil {
		return nil, err
	}
	channels := k.Shape[len(k.Shape)-2] * o.groups
	if o.like {
		if axes, err := wantSpatial(in[2]); err != nil || axes != o.win.axes || in[2].Shape[axes+1] >= 0 && in[2].Shape[axes+1] != channels {
			return nil, &ShapeError{Wanted: fmt.Sprintf("data of rank %d with %d channels", o.win.axes+2, channels), Received: in[2].String()}
		}
		return []Type{in[2]}, nil
	}
	out, size := d.Shape.clone(), o.win.kernelSize(k.Shape)
	for i := range o.win.axes {
		a := maxSpatial - o.win.axes + i
		n, err := o.size(a, d.Shape[1+i], size[a])
		if err != nil {
			return nil, err
		}
		out[1+i] = n
	}
	out[len(out)-1] = channels
	return []Type{{Float32, out}}, nil
}

// size is Keras' rule (keras/src/backend/common/backend_utils.py,
// compute_conv_transpose_output_shape) for one axis, with Explicit beside.
func (o convTranspose) size(a, n, size int) (int, error) {
	if n <= 0 {
		return n, nil
	}
	stride, reach := o.win.stride[a], (size-1)*o.win.dilation[a]+1
	m := (n-1)*stride + o.extra[a]
	switch {
	case o.win.padding == Same && !o.chosen:
		m = n * stride
	case o.win.padding == Same:
		m += reach % 2
	case o.win.padding == Valid && !o.chosen:
		m += max(reach, stride)
	default:
		m += reach - o.win.before[a] - o.win.after[a]
	}
	s, err := o.win.span(a, max(m, 0), size)
	if err == nil && s.out != n {
		err = &ShapeError{Wanted: fmt.Sprintf("output padding with which a window of %d at stride %d visits %d places", size, stride, n), Received: fmt.Sprint(o.extra[a])}
	}
	return m, err
}

func (o convTranspose) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && !rows[1] && (!o.like || rows[2]) && o.takesRows(o.own(), rows)
}

func (o convTranspose) end(e epilogue) operation { o.epilogue = e; return o }
func (o convTranspose) fuses() bool              { return o.groups == 1 && !o.like }
func (o convTranspose) sums() bool               { return false }
func (convTranspose) columns(rank int) int       { return rank - 2 }

func (o convTranspose) own() int {
	if o.like {
		return 3
	}
	return 2
}

func (o convTranspose) gradient(b *Builder, n *node, dout []*Value) []*Value {
	d := dout[0]
	return append([]*Value{
		b.apply(o.conv, d, n.in[1]),
		b.apply(convKernel{o.conv}, d, n.in[0], n.in[1]),
	}, make([]*Value, len(n.in)-2)...)
}

// ConvTranspose adds the transposed convolution of x, (batch, spatial axes…,
// filters), with a kernel (window axes…, channels/groups, filters): the
// derivative of Conv with that kernel and window. outputPadding is what the
// result has behind it beyond the least size; nil leaves it to Keras' rule.
func (b *Builder) ConvTranspose(x, kernel *Value, w Window, groups int, outputPadding []int) *Value {
	o := convTranspose{conv: conv{groups: groups}, chosen: outputPadding != nil}
	var err error
	if o.win, err = w.on(x.Rank() - 2); err != nil {
		return b.Fail(b.locate(o, err))
	}
	if o.chosen {
		for i, p := range outputPadding {
			if len(outputPadding) != o.win.axes || p < 0 || p > maxStep {
				return b.Fail(b.locate(o, &ShapeError{Wanted: fmt.Sprintf("output padding >= 0 on %d axes", o.win.axes), Received: fmt.Sprint(outputPadding)}))
			}
			o.extra[maxSpatial-o.win.axes+i] = p
		}
	}
	return b.apply(o, x, kernel)
}

func (o convTranspose) prepare(a *operands) (task, error) {
	if a.out[0].len == 0 {
		return task{}, nil
	}
	c, err := newConvolution(o.conv, a, a.out[0], a.in[0], o.own())
	if err != nil {
		return task{}, err
	}
	if c.cg == 1 && c.groups > 1 {
		return c.depthwiseBack(), nil
	}
	return c.scattered(a), nil
}

// phase is the part of a transposed convolution's result that the same taps
// reach: with strides, places that are a stride apart.
type phase struct {
	places []int32 // of the result
	taps   []int
	table  []int32
}

// phases cuts the result. Places that no tap reaches make one more phase.
func (c *convolution) phases() []phase {
	var sets [maxSpatial][][]int // by axis and residue: taps
	for a, s := range c.g {
		sets[a] = make([][]int, min(s.stride, s.in))
		for i := range s.size {
			// Tap i reaches place q when q + before - i*dilation is a multiple of the stride.
			r := (i*s.dilation - s.before) % s.stride
			if r = (r + s.stride) % s.stride; r < len(sets[a]) {
				sets[a][r] = append(sets[a][r], i)
			}
		}
	}
	reached := make([]bool, c.g.inputs())
	var all []phase
	for rz, tz := range sets[0] {
		for ry, ty := range sets[1] {
			for rx, tx := range sets[2] {
				if len(tz) > 0 && len(ty) > 0 && len(tx) > 0 {
					all = append(all, c.phase([maxSpatial]int{rz, ry, rx}, [maxSpatial][]int{tz, ty, tx}, reached))
				}
			}
		}
	}
	rest := phase{taps: []int{}}
	for q, r := range reached {
		if !r {
			rest.places = append(rest.places, int32(q))
		}
	}
	if len(rest.places) > 0 {
		all = append(all, rest)
	}
	return all
}

// phase makes the phase of a residue, whose taps on each axis are given.
func (c *convolution) phase(residue [maxSpatial]int, taps [maxSpatial][]int, reached []bool) phase {
	var p phase
	z, y, x := c.g[0], c.g[1], c.g[2]
	for _, i := range taps[0] {
		for _, j := range taps[1] {
			for _, k := range taps[2] {
				p.taps = append(p.taps, (i*y.size+j)*x.size+k)
			}
		}
	}
	for qz := residue[0]; qz < z.in; qz += z.stride {
		for qy := residue[1]; qy < y.in; qy += y.stride {
			for qx := residue[2]; qx < x.in; qx += x.stride {
				q := (qz*y.in+qy)*x.in + qx
				p.places, reached[q] = append(p.places, int32(q)), true
			}
		}
	}
	p.table = gatherTable(1, len(p.places), len(p.taps), 0, func(set func(row, seg, offset int)) {
		for row, q := range p.places {
			if c.watch.err() != nil {
				return
			}
			qz, qy, qx := int(q)/(y.in*x.in), int(q)/x.in%y.in, int(q)%x.in
			seg := 0
			for _, i := range taps[0] {
				pz := z.from(qz, i)
				for _, j := range taps[1] {
					py := y.from(qy, j)
					for _, k := range taps[2] {
						if px := x.from(qx, k); pz >= 0 && py >= 0 && px >= 0 {
							set(row, seg, ((pz*y.out+py)*x.out+px)*c.filters())
						}
						seg++
					}
				}
			}
		}
	})
	return p
}

// from returns the place of the window whose tap is at a place of the data that
// the tap can reach, or -1 when there is no such place.
func (s span) from(at, tap int) int {
	n := at + s.before - tap*s.dilation
	if n < 0 || n/s.stride >= s.out {
		return -1
	}
	return n / s.stride
}

// scattered is a transposed convolution, phase by phase. A phase is a product
// like that of a convolution; its rows then go to their places.
func (c *convolution) scattered(a *operands) task {
	type unit struct{ phase, from, to int }
	var units []unit
	phases := c.phases()
	channels, f := c.channels(), c.filters()
	block := gemmRows(channels)
	for i, p := range phases {
		c.pack(a, p.taps)
		for from := 0; from < len(p.places); from += block {
			units = append(units, unit{i, from, min(from+block, len(p.places))})
		}
	}
	direct := len(phases) == 1
	zeros := kernel.AlignedFloats(c.fg)
	need := c.packLen + block*channels
	return task{parts: c.images * len(units), cost: float64(c.images) * c.work(), weights: c.weights(), scratch: need, run: func(fr *frame, lo, hi int) {
		scratch := fr.floats(need)
		rows := scratch[c.packLen:]
		for i := range c.packs {
			c.prepare(fr, scratch, &c.packs[i])
		}
		for ; lo < hi; lo++ {
			u := units[lo%len(units)]
			p, m, image := &phases[u.phase], &c.packs[u.phase], lo/len(units)
			x := fr.f32(c.x)[image*c.g.pixels()*f:]
			y := fr.f32(c.y)[image*c.g.inputs()*channels:]
			if direct {
				rows = y[u.from*channels:]
			}
			for group := range c.groups {
				b := m.of(scratch, group)
				g := kernel.Indirect{Segs: len(p.taps), SegK: c.fg, Zeros: zeros, Offsets: p.table[u.from*len(p.taps):]}
				g.A, g.B, g.M, g.LDC = x[group*c.fg:], &b, u.to-u.from, channels
				c.begin(fr, &g.Gemm, rows[group*c.cg:], 0, group*c.cg)
				if len(p.taps) > 0 {
					g.Run()
				} else {
					g.Gemm.Run() // no products: what the sums start from
				}
				c.apply(&g.Gemm, rows[group*c.cg:])
			}
			if direct {
				continue
			}
			for i, q := range p.places[u.from:u.to] {
				copy(y[int(q)*channels:][:channels], rows[i*channels:])
			}
		}
	}}
}
