package runtime

// choose takes elements from the second or third input where the first is true
// or false. All three broadcast.
type choose struct{}

func (choose) name() string { return "select" }

func (choose) infer(in []Type) ([]Type, error) {
	if in[0].DType != Bool || in[1].DType != in[2].DType {
		return nil, &ShapeError{Wanted: "bool and two tensors of one type", Received: in[0].String() + ", " + in[1].String() + " and " + in[2].String()}
	}
	s, err := Broadcast(in[1].Shape, in[2].Shape)
	if err == nil {
		s, err = Broadcast(in[0].Shape, s)
	}
	if err != nil {
		return nil, err
	}
	return []Type{{in[1].DType, s}}, nil
}

func (choose) keepsRows(n *node, rows []bool) bool { return broadcastKeepsRows(n, rows) }

func (choose) prepare(a *operands) (task, error) {
	c, x, y, z := a.in[0], a.in[1], a.in[2], a.out[0]
	l := newLoops(z.Shape, c.Shape, x.Shape, y.Shape)
	return l.task(1, func(f *frame, i int) {
		cs := f.bools(c)[l.offset(0, i):]
		p, q := l.offset(1, i), l.offset(2, i)
		switch z.DType {
		case Float32:
			chooseRun(f.f32(z)[i*l.inner:][:l.inner], cs, f.f32(x)[p:], f.f32(y)[q:], l.step)
		case Int32:
			chooseRun(f.i32(z)[i*l.inner:][:l.inner], cs, f.i32(x)[p:], f.i32(y)[q:], l.step)
		case Int64:
			chooseRun(f.i64(z)[i*l.inner:][:l.inner], cs, f.i64(x)[p:], f.i64(y)[q:], l.step)
		case Bool:
			chooseRun(f.bools(z)[i*l.inner:][:l.inner], cs, f.bools(x)[p:], f.bools(y)[q:], l.step)
		case Int8:
			chooseRun(f.i8(z)[i*l.inner:][:l.inner], cs, f.i8(x)[p:], f.i8(y)[q:], l.step)
		}
	})
}

func chooseRun[T element](dst []T, c []bool, x, y []T, step []int) {
	for k := range dst {
		if c[k*step[0]] {
			dst[k] = x[k*step[1]]
		} else {
			dst[k] = y[k*step[2]]
		}
	}
}

func (choose) gradient(b *Builder, n *node, dout []*Value) []*Value {
	if dout[0].DType != Float32 {
		return []*Value{nil, nil, nil}
	}
	dx, dy := b.split(n.in[0], dout[0])
	return []*Value{nil, b.sumLike(dx, n.in[1]), b.sumLike(dy, n.in[2])}
}

// Select adds x where c holds, else y.
func (b *Builder) Select(c, x, y *Value) *Value { return b.apply(choose{}, c, x, y) }
