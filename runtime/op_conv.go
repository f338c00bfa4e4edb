package runtime

import "fmt"

// conv is cross-correlation over one to three spatial axes: inputs (batch,
// spatial axes…, channels) and a kernel (window axes…, channels/groups, filters).
// With one channel to a group it is a depthwise convolution: output channel i
// sees input channel i/(filters/channels).
type conv struct {
	win    window
	groups int
	epilogue
}

func (o conv) name() string { return "conv" }

// kernelSize returns the window's size of a kernel.
func (w window) kernelSize(k Shape) [maxSpatial]int {
	size := [maxSpatial]int{1, 1, 1}
	copy(size[maxSpatial-w.axes:], k[:w.axes])
	return size
}

// checkKernel checks a kernel's type, and its sizes against the number of
// channels on the inner and the filters' side; Unknown fits anything.
func (o conv) checkKernel(k Type, channels, filters int) error {
	s := k.Shape
	if k.DType != Float32 || len(s) != o.win.axes+2 || !s.Known() {
		return &ShapeError{Wanted: fmt.Sprintf("a kernel of known shape and rank %d", o.win.axes+2), Received: k.String()}
	}
	c, f := s[len(s)-2], s[len(s)-1]
	switch {
	case o.groups < 1 || o.groups > 1 && (f%o.groups != 0 || c > maxStep/o.groups):
		return &ShapeError{Wanted: fmt.Sprintf("groups that divide %d filters", f), Received: fmt.Sprint(o.groups)}
	case channels >= 0 && channels != c*o.groups:
		return &ShapeError{Wanted: fmt.Sprintf("%d channels in %d groups of %d", c*o.groups, o.groups, c), Received: fmt.Sprint(channels)}
	case filters >= 0 && filters != f:
		return &ShapeError{Wanted: fmt.Sprintf("%d channels", f), Received: fmt.Sprint(filters)}
	}
	return nil
}

func (o conv) infer(in []Type) ([]Type, error) {
	x, k := in[0], in[1]
	if axes, err := wantSpatial(x); err != nil || axes != o.win.axes {
		return nil, &ShapeError{Wanted: fmt.Sprintf("float32 data of rank %d", o.win.axes+2), Received: x.String()}
	}
	if err := o.checkKernel(k, x.Shape[len(x.Shape)-1], Unknown); err != nil {
		return nil, err
	}
	s, err := o.win.out(x.Shape, o.win.kernelSize(k.Shape), k.Shape[len(k.Shape)-1])
	if err != nil {
		return nil, err
	}
	return []Type{{Float32, s}}, nil
}

func (o conv) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && !rows[1] && o.takesRows(2, rows)
}

func (o conv) end(e epilogue) operation { o.epilogue = e; return o }
func (conv) own() int                   { return 2 }
func (o conv) sums() bool               { return o.groups == 1 }
func (conv) columns(rank int) int       { return rank - 1 }

func (o conv) gradient(b *Builder, n *node, dout []*Value) []*Value {
	x, k, d := n.in[0], n.in[1], dout[0]
	return []*Value{
		b.apply(convTranspose{conv: o, like: true}, d, k, x),
		b.apply(convKernel{o}, x, d, k),
	}
}

// Conv adds the convolution, as neural networks call it (the kernel is not
// flipped), of x, whose axes are (batch, spatial axes…, channels), with a kernel
// (window axes…, channels/groups, filters). groups is at least 1.
func (b *Builder) Conv(x, kernel *Value, w Window, groups int) *Value {
	win, err := w.on(x.Rank() - 2)
	if err != nil {
		return b.Fail(b.locate(conv{}, err))
	}
	return b.apply(conv{win: win, groups: groups}, x, kernel)
}

// convolution is a conv, or a transposed one, on concrete shapes.
type convolution struct {
	finish
	g       geometry
	x, k, y operand // for a transposed one x is what the window visits
	images  int
	groups  int
	cg, fg  int        // channels and filters of a group
	packs   []matrices // of all groups; more than one for a transposed one with strides
	packLen int        // scratch for them when the kernel is not constant
	watch   *watch     // of the call that the plan is made for
}

func newConvolution(o conv, a *operands, data, visits operand, own int) (*convolution, error) {
	k := a.in[1]
	c := &convolution{finish: newFinish(o.epilogue, own, a.in), x: a.in[0], k: k, y: a.out[0], groups: o.groups, watch: a.watch}
	rank := len(k.Shape)
	c.cg, c.fg = k.Shape[rank-2], k.Shape[rank-1]/o.groups
	c.images = data.Shape[0]
	var err error
	if c.g, err = o.win.geometry(o.win.spatial(data.Shape), o.win.kernelSize(k.Shape)); err != nil {
		return nil, err
	}
	got := o.win.spatial(visits.Shape)
	for i, s := range c.g {
		if s.out != got[i] {
			return nil, &ShapeError{Wanted: fmt.Sprintf("sizes %d, %d, %d", c.g[0].out, c.g[1].out, c.g[2].out), Received: visits.Shape.String()}
		}
	}
	taps := c.g.taps()
	floats := max(c.g.inputs()*c.channels(), c.g.pixels()*c.filters())
	if c.cg == 1 { // channels may be repeated
		floats = max(floats, c.g.inputs()*c.filters())
	}
	return c, a.checkTable(max(c.g.pixels(), c.g.inputs()), taps, floats)
}

func (c *convolution) channels() int { return c.cg * c.groups }
func (c *convolution) filters() int  { return c.fg * c.groups }

// work returns the floating-point operations of one image.
func (c *convolution) work() float64 {
	return 2 * float64(c.g.pixels()) * float64(c.g.taps()) * float64(c.cg) * float64(c.filters())
}

// weights returns the bytes of the kernel.
func (c *convolution) weights() float64 { return 4 * float64(c.k.len) }

func (o conv) prepare(a *operands) (task, error) {
	if a.out[0].len == 0 {
		return task{}, nil
	}
	c, err := newConvolution(o, a, a.in[0], a.out[0], 2)
	if err != nil {
		return task{}, err
	}
	if c.cg == 1 && c.groups > 1 {
		return c.depthwise(), nil
	}
	if c.winogradFits(a) {
		return c.byTiles(a), nil
	}
	c.pack(a, nil)
	switch {
	case c.groups == 1 && c.rowsFit():
		return c.byRows(), nil
	default:
		return c.gathered(), nil
	}
}
