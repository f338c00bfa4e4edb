package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// broadcastTo repeats its first input to the shape of the second, whose data it
// does not use; mean divides by the number of repetitions.
type broadcastTo struct{ mean bool }

func (broadcastTo) name() string { return "broadcast_to" }

func (broadcastTo) infer(in []Type) ([]Type, error) {
	s, err := Broadcast(in[0].Shape, in[1].Shape)
	if err != nil {
		return nil, err
	}
	if !s.Equal(in[1].Shape) && in[1].Shape.Known() {
		return nil, &ShapeError{Wanted: "a shape that broadcasts to " + in[1].Shape.String(), Received: in[0].Shape.String()}
	}
	return []Type{{in[0].DType, in[1].Shape}}, nil
}

func (broadcastTo) keepsRows(n *node, rows []bool) bool {
	return rows[1] && broadcastKeepsRows(&node{in: n.in[:1], out: n.out}, rows[:1])
}

func (o broadcastTo) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	l := newLoops(y.Shape, x.Shape)
	scale := float32(1)
	if o.mean && y.len > 0 {
		scale = float32(x.len) / float32(y.len)
	}
	return l.task(1, func(f *frame, i int) {
		at := l.offset(0, i)
		switch y.DType {
		case Float32:
			dst := f.f32(y)[i*l.inner:][:l.inner]
			repeat(dst, f.f32(x)[at:], l.step[0])
			if scale != 1 {
				kernel.MulScalar(dst, dst, scale)
			}
		case Int32:
			repeat(f.i32(y)[i*l.inner:][:l.inner], f.i32(x)[at:], l.step[0])
		case Int64:
			repeat(f.i64(y)[i*l.inner:][:l.inner], f.i64(x)[at:], l.step[0])
		case Bool:
			repeat(f.bools(y)[i*l.inner:][:l.inner], f.bools(x)[at:], l.step[0])
		case Int8:
			repeat(f.i8(y)[i*l.inner:][:l.inner], f.i8(x)[at:], l.step[0])
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

func (o broadcastTo) gradient(b *Builder, n *node, dout []*Value) []*Value {
	d := dout[0]
	if o.mean {
		// The same division on the way back: mean over the repetitions.
		return []*Value{b.apply(sumTo{mean: true}, d, n.in[0]), nil}
	}
	return []*Value{b.SumTo(d, n.in[0]), nil}
}

// BroadcastTo adds x repeated to the shape of like.
func (b *Builder) BroadcastTo(x, like *Value) *Value {
	if x.Shape.Known() && x.Shape.Equal(like.Shape) {
		return x
	}
	return b.apply(broadcastTo{}, x, like)
}
