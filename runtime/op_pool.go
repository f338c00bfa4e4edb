package runtime

import (
	"fmt"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// windowPool takes the largest value or the mean of each window, channel by channel.
// What lies outside of the data does not count.
type windowPool struct {
	win  window
	size [maxSpatial]int
	max  bool
	even bool // size windows share each axis evenly; win says nothing but the axes
}

func (o windowPool) name() string {
	if o.max {
		return "max_pool"
	}
	return "avg_pool"
}

func (o windowPool) infer(in []Type) ([]Type, error) {
	x := in[0]
	if axes, err := wantSpatial(x); err != nil || axes != o.win.axes {
		return nil, &ShapeError{Wanted: fmt.Sprintf("float32 data of rank %d", o.win.axes+2), Received: x.String()}
	}
	if o.even {
		return o.inferEven(x)
	}
	s, err := o.win.out(x.Shape, o.size, x.Shape[len(x.Shape)-1])
	if err != nil {
		return nil, err
	}
	return []Type{{Float32, s}}, nil
}

// inferEven is the shape rule of even windows.
func (o windowPool) inferEven(x Type) ([]Type, error) {
	s := x.Shape.clone()
	for i := range o.win.axes {
		n := o.size[maxSpatial-o.win.axes+i]
		if s[1+i] >= 0 {
			if _, err := evenSpan(s[1+i], n); err != nil {
				return nil, err
			}
		}
		s[1+i] = n
	}
	return []Type{{Float32, s}}, nil
}

// geometry resolves the windows for data of known sizes.
func (o windowPool) geometry(in [maxSpatial]int) (g geometry, err error) {
	if o.even {
		for a := range g {
			if g[a], err = evenSpan(in[a], o.size[a]); err != nil {
				return g, err
			}
		}
		return g, nil
	}
	size := o.size
	for a := range size {
		// A window without dilation that reaches over all the data may as well end there.
		if o.win.padding == Same && o.win.stride[a] >= in[a] {
			size[a] = min(size[a], max(in[a], 1))
		}
	}
	return o.win.geometry(in, size)
}

func (o windowPool) keepsRows(_ *node, rows []bool) bool { return rows[0] }

// pooling is a windowPool on concrete shapes.
type pooling struct {
	windowPool
	g                geometry
	images, channels int
	table            []int32
}

func (o windowPool) on(a *operands, data operand) (*pooling, error) {
	p := &pooling{windowPool: o, images: data.Shape[0], channels: data.Shape[len(data.Shape)-1]}
	var err error
	if p.g, err = o.geometry(o.win.spatial(data.Shape)); err != nil {
		return nil, err
	}
	if err := a.checkTable(p.g.pixels(), p.g.taps(), p.g.inputs()*p.channels); err != nil {
		return nil, err
	}
	p.table = p.g.table(a.watch, p.channels)
	return p, nil
}

// window returns the offsets of the taps of a place.
func (p *pooling) window(place int) []int32 {
	taps := p.g.taps()
	return p.table[place*taps:][:taps]
}

// in and out return an image of the data and of the windows' places.
func (p *pooling) in(x []float32, image int) []float32 {
	n := p.g.inputs() * p.channels
	return x[image*n:][:n]
}

func (p *pooling) out(y []float32, image int) []float32 {
	n := p.g.pixels() * p.channels
	return y[image*n:][:n]
}

// eachImage is the task of work on whole images.
func (p *pooling) eachImage(run func(f *frame, image int)) task {
	cost := float64(p.images) * float64(p.g.pixels()) * float64(p.g.taps()) * float64(p.channels)
	return task{parts: p.images, cost: cost, run: func(f *frame, lo, hi int) {
		for ; lo < hi; lo++ {
			run(f, lo)
		}
	}}
}

func (o windowPool) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	p, err := o.on(a, x)
	if err != nil {
		return task{}, err
	}
	pixels, taps := p.g.pixels(), p.g.taps()
	block := max(1, chunk/p.channels)
	blocks := (pixels + block - 1) / block
	return task{parts: p.images * blocks, cost: float64(y.len) * float64(taps), run: func(f *frame, lo, hi int) {
		for ; lo < hi; lo++ {
			image, from := lo/blocks, lo%blocks*block
			k := kernel.Pool{Dst: p.out(f.f32(y), image)[from*p.channels:], Src: p.in(f.f32(x), image), Offsets: p.table[from*taps:],
				Taps: taps, C: p.channels, Pixels: min(block, pixels-from)}
			if o.max {
				k.MaxPool()
			} else {
				k.AvgPool()
			}
		}
	}}, nil
}

func (o windowPool) gradient(b *Builder, n *node, dout []*Value) []*Value {
	if o.max {
		return []*Value{b.apply(maxUnpool{o}, n.in[0], dout[0])}
	}
	return []*Value{b.apply(avgUnpool{o}, dout[0], n.in[0])}
}

func (b *Builder) pool(x *Value, size []int, w Window, o windowPool) *Value {
	o.size = [maxSpatial]int{1, 1, 1}
	var err error
	if o.win, err = w.on(x.Rank() - 2); err == nil && len(size) != o.win.axes {
		err = &ShapeError{Wanted: fmt.Sprintf("a window with %d axes", o.win.axes), Received: fmt.Sprint(size)}
	}
	if err != nil {
		return b.Fail(b.locate(o, err))
	}
	copy(o.size[maxSpatial-o.win.axes:], size)
	return b.apply(o, x)
}

// MaxPool adds the largest value of each window of the given size over the
// spatial axes of x, (batch, spatial axes…, channels). The derivative goes to
// the first of equal values in row-major order.
func (b *Builder) MaxPool(x *Value, size []int, w Window) *Value {
	return b.pool(x, size, w, windowPool{max: true})
}

// AvgPool adds the mean of each window; padding does not count.
func (b *Builder) AvgPool(x *Value, size []int, w Window) *Value {
	return b.pool(x, size, w, windowPool{})
}

// EvenMaxPool adds the largest value of each of the given number of windows,
// which share the spatial axes evenly and overlap where they must: window i of n
// has the places from floor(i*size/n) to before ceil((i+1)*size/n).
func (b *Builder) EvenMaxPool(x *Value, windows []int) *Value {
	return b.pool(x, windows, Window{}, windowPool{max: true, even: true})
}

// EvenAvgPool adds the mean of each of the windows of EvenMaxPool.
func (b *Builder) EvenAvgPool(x *Value, windows []int) *Value {
	return b.pool(x, windows, Window{}, windowPool{even: true})
}
