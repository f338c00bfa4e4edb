package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// sumTo sums its first input over the axes along which the second, whose data
// it does not use, would be broadcast; mean divides by how many were summed.
type sumTo struct{ mean bool }

func (sumTo) name() string { return "sum_to" }

func (sumTo) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 {
		return nil, &ShapeError{Wanted: "float32", Received: in[0].String()}
	}
	if _, err := Broadcast(in[0].Shape, in[1].Shape); err != nil || in[1].rank() > in[0].rank() {
		return nil, &ShapeError{Wanted: "a shape to which " + in[1].Shape.String() + " broadcasts", Received: in[0].Shape.String()}
	}
	return []Type{{Float32, in[1].Shape}}, nil
}

func (sumTo) keepsRows(n *node, rows []bool) bool {
	return rows[0] && rows[1] && n.in[0].Rank() == n.in[1].Rank()
}

func (o sumTo) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	l := newLoops(x.Shape, y.Shape)
	scale := float32(1)
	if o.mean && x.len > 0 {
		scale = float32(y.len) / float32(x.len)
	}
	return serial(x.len, func(f *frame) {
		dst, src := f.f32(y), f.f32(x)
		clear(dst)
		if l.inner == 0 {
			return
		}
		for i := range l.outer {
			at, piece := l.offset(0, i), src[i*l.inner:][:l.inner]
			if l.step[0] == 1 {
				kernel.Add(dst[at:][:l.inner], dst[at:][:l.inner], piece)
			} else {
				dst[at] += kernel.Sum(piece)
			}
		}
		if scale != 1 {
			kernel.MulScalar(dst, dst, scale)
		}
	})
}

func (o sumTo) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.apply(broadcastTo{o.mean}, dout[0], n.in[0]), nil}
}

// SumTo adds x summed to the shape of like, which must broadcast to x's.
func (b *Builder) SumTo(x, like *Value) *Value {
	if x.Shape.Known() && x.Shape.Equal(like.Shape) {
		return x
	}
	return b.apply(sumTo{}, x, like)
}
