package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// sumTo sums its first input over the axes along which the second, whose data
// it does not use, would be broadcast; mean divides by how many were summed.
type sumTo struct{ mean bool }

func (sumTo) Name() string { return "sum_to" }

func (sumTo) Infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 {
		return nil, &ShapeError{Wanted: "float32", Received: in[0].String()}
	}
	if _, err := Broadcast(in[0].Shape, in[1].Shape); err != nil || in[1].rank() > in[0].rank() {
		return nil, &ShapeError{Wanted: "a shape to which " + in[1].Shape.String() + " broadcasts", Received: in[0].Shape.String()}
	}
	return []Type{{Float32, in[1].Shape}}, nil
}

func (t Type) rank() int { return len(t.Shape) }

func (sumTo) Rows(n *Node, rows []bool) bool {
	return rows[0] && rows[1] && n.In[0].Rank() == n.In[1].Rank()
}

func (o sumTo) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	l := newLoops(x.Shape, y.Shape)
	scale := float32(1)
	if o.mean && x.Len > 0 {
		scale = float32(y.Len) / float32(x.Len)
	}
	return serial(x.Len, func(f *Frame) {
		dst, src := f.F32(y), f.F32(x)
		clear(dst)
		if l.inner == 0 {
			return
		}
		for i := range l.outer {
			at, run := l.offset(0, i), src[i*l.inner:][:l.inner]
			if l.step[0] == 1 {
				kernel.Add(dst[at:][:l.inner], dst[at:][:l.inner], run)
			} else {
				dst[at] += kernel.Sum(run)
			}
		}
		if scale != 1 {
			kernel.MulScalar(dst, dst, scale)
		}
	})
}

func (o sumTo) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	return []*Value{b.Apply(broadcastTo{o.mean}, dout[0], n.In[0]), nil}
}

// SumTo adds x summed to the shape of like, which must broadcast to x's.
func (b *Builder) SumTo(x, like *Value) *Value {
	if x.Shape.Known() && x.Shape.Equal(like.Shape) {
		return x
	}
	return b.Apply(sumTo{}, x, like)
}
