package runtime

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// avgUnpool is the derivative of avg_pool: it spreads each place of its first
// input evenly over the window, in the shape of the second, whose data it does
// not use.
type avgUnpool struct{ windowPool }

func (avgUnpool) name() string                        { return "avg_unpool" }
func (avgUnpool) infer(in []Type) ([]Type, error)     { return in[1:2], nil }
func (avgUnpool) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[1] }

func (o avgUnpool) gradient(b *Builder, _ *node, dout []*Value) []*Value {
	return []*Value{b.apply(o.windowPool, dout[0]), nil}
}

func (o avgUnpool) prepare(a *operands) (task, error) {
	d, x := a.in[0], a.out[0]
	p, err := o.on(a, x)
	if err != nil || x.len == 0 {
		return task{}, err
	}
	return p.eachImage(func(f *frame, image int) {
		src, dst := p.out(f.f32(d), image), p.in(f.f32(x), image)
		clear(dst)
		for place := range p.g.pixels() {
			count := 0
			for _, at := range p.window(place) {
				if at >= 0 {
					count++
				}
			}
			share := 1 / float32(max(count, 1))
			for _, at := range p.window(place) {
				if at >= 0 {
					kernel.Axpy(dst[at:][:p.channels], share, src[place*p.channels:][:p.channels])
				}
			}
		}
	}), nil
}

// maxUnpool is the derivative of max_pool: from the data and the cotangent of
// the result, it puts each cotangent where its maximum came from.
type maxUnpool struct{ windowPool }

func (maxUnpool) name() string                        { return "max_unpool" }
func (maxUnpool) infer(in []Type) ([]Type, error)     { return in[:1], nil }
func (maxUnpool) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[1] }

func (o maxUnpool) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{nil, b.apply(maxPick{o.windowPool}, n.in[0], dout[0])}
}

func (o maxUnpool) prepare(a *operands) (task, error) {
	x, d, y := a.in[0], a.in[1], a.out[0]
	p, err := o.on(a, x)
	if err != nil || y.len == 0 {
		return task{}, err
	}
	t := p.eachImage(func(f *frame, image int) {
		src, dy, dst := p.in(f.f32(x), image), p.out(f.f32(d), image), p.in(f.f32(y), image)
		clear(dst)
		p.eachMax(src, func(i int, at []int32) {
			for c, k := range at {
				if k >= 0 {
					dst[k] += dy[i+c]
				}
			}
		})
	})
	t.cost *= rankCost
	return t, nil
}

// maxPick is the derivative of maxUnpool: it takes from its second input, of the
// data's shape, what stands where the maxima of the first are.
type maxPick struct{ windowPool }

func (maxPick) name() string                        { return "max_pick" }
func (o maxPick) infer(in []Type) ([]Type, error)   { return o.windowPool.infer(in[:1]) }
func (maxPick) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[1] }

func (o maxPick) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{nil, b.apply(maxUnpool{o.windowPool}, n.in[0], dout[0])}
}

func (o maxPick) prepare(a *operands) (task, error) {
	x, d, y := a.in[0], a.in[1], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	p, err := o.on(a, x)
	if err != nil {
		return task{}, err
	}
	t := p.eachImage(func(f *frame, image int) {
		src, from, dst := p.in(f.f32(x), image), p.in(f.f32(d), image), p.out(f.f32(y), image)
		p.eachMax(src, func(i int, at []int32) {
			for c, k := range at {
				if k >= 0 {
					dst[i+c] = from[k]
				}
			}
		})
	})
	t.cost *= rankCost
	return t, nil
}

// rankCost is the work of comparing an element, in operations: it goes one by one.
const rankCost = 30

// maxChannels is how many channels of a window are compared together.
const maxChannels = 64

// eachMax calls f with elements of an image's result, from element i on, and the places
// of their maxima in the image, the first of equal ones; -1 where the window is empty.
func (p *pooling) eachMax(image []float32, f func(i int, at []int32)) {
	var places, ranks [maxChannels]int32
	for place := range p.g.pixels() {
		w := p.window(place)
		for c := 0; c < p.channels; c += maxChannels {
			n := min(maxChannels, p.channels-c)
			at, best := places[:n], ranks[:n]
			for k := range at {
				at[k], best[k] = -1, math.MinInt32
			}
			for _, off := range w {
				if off >= 0 {
					keepLargest(at, best, image[int(off)+c:], off+int32(c))
				}
			}
			f(place*p.channels+c, at)
		}
	}
}

// keepLargest puts the places of the elements of x, the first of which is at place from,
// where they rank above the best so far.
func keepLargest(at, best []int32, x []float32, from int32) {
	at, x = at[:len(best)], x[:len(best)]
	for c, b := range best {
		r, k := rank(x[c]), at[c]
		if r > b { // without a branch, which could not be foretold
			b, k = r, from+int32(c)
		}
		best[c], at[c] = b, k
	}
}

// rank orders floats as integers: zeros alike, NaN above all, none as low as MinInt32.
func rank(v float32) int32 {
	b := int32(math.Float32bits(v + 0))
	r := b ^ int32(uint32(b>>31)>>1)
	if v != v {
		r = math.MaxInt32
	}
	return r
}
