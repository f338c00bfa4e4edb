package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// broadcastTo repeats its first input to the shape of the second, whose data it
// does not use; mean divides by the number of repetitions.
type broadcastTo struct{ mean bool }

func (broadcastTo) Name() string { return "broadcast_to" }

func (broadcastTo) Infer(in []Type) ([]Type, error) {
	s, err := Broadcast(in[0].Shape, in[1].Shape)
	if err != nil {
		return nil, err
	}
	if !s.Equal(in[1].Shape) && in[1].Shape.Known() {
		return nil, &ShapeError{Wanted: "a shape that broadcasts to " + in[1].Shape.String(), Received: in[0].Shape.String()}
	}
	return []Type{{in[0].DType, in[1].Shape}}, nil
}

func (broadcastTo) Rows(n *Node, rows []bool) bool {
	return rows[1] && rowsBroadcast(&Node{In: n.In[:1], Out: n.Out}, rows[:1])
}

func (o broadcastTo) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	l := newLoops(y.Shape, x.Shape)
	scale := float32(1)
	if o.mean && y.Len > 0 {
		scale = float32(x.Len) / float32(y.Len)
	}
	return l.kernel(1, func(f *Frame, i int) {
		at := l.offset(0, i)
		switch y.DType {
		case Float32:
			dst := f.F32(y)[i*l.inner:][:l.inner]
			repeat(dst, f.F32(x)[at:], l.step[0])
			if scale != 1 {
				kernel.MulScalar(dst, dst, scale)
			}
		case Int32:
			repeat(f.I32(y)[i*l.inner:][:l.inner], f.I32(x)[at:], l.step[0])
		case Int64:
			repeat(f.I64(y)[i*l.inner:][:l.inner], f.I64(x)[at:], l.step[0])
		case Bool:
			repeat(f.Bool(y)[i*l.inner:][:l.inner], f.Bool(x)[at:], l.step[0])
		}
	})
}

func repeat[T element](dst, x []T, step int) {
	if step == 1 {
		copy(dst, x)
		return
	}
	v := x[0]
	for i := range dst {
		dst[i] = v
	}
}

func (o broadcastTo) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	d := dout[0]
	if o.mean {
		// The same division on the way back: mean over the repetitions.
		return []*Value{b.Apply(sumTo{mean: true}, d, n.In[0]), nil}
	}
	return []*Value{b.SumTo(d, n.In[0]), nil}
}

// BroadcastTo adds x repeated to the shape of like.
func (b *Builder) BroadcastTo(x, like *Value) *Value {
	if x.Shape.Known() && x.Shape.Equal(like.Shape) {
		return x
	}
	return b.Apply(broadcastTo{}, x, like)
}
