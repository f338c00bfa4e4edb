package runtime

// choose takes elements from the second or third input where the first is true
// or false. All three broadcast.
type choose struct{}

func (choose) Name() string { return "select" }

func (choose) Infer(in []Type) ([]Type, error) {
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

func (choose) Rows(n *Node, rows []bool) bool { return rowsBroadcast(n, rows) }

func (choose) Kernel(a *Args) (Kernel, error) {
	c, x, y, z := a.In[0], a.In[1], a.In[2], a.Out[0]
	l := newLoops(z.Shape, c.Shape, x.Shape, y.Shape)
	return l.kernel(1, func(f *Frame, i int) {
		cs := f.Bool(c)[l.offset(0, i):]
		p, q := l.offset(1, i), l.offset(2, i)
		switch z.DType {
		case Float32:
			chooseRun(f.F32(z)[i*l.inner:][:l.inner], cs, f.F32(x)[p:], f.F32(y)[q:], l.step)
		case Int32:
			chooseRun(f.I32(z)[i*l.inner:][:l.inner], cs, f.I32(x)[p:], f.I32(y)[q:], l.step)
		case Int64:
			chooseRun(f.I64(z)[i*l.inner:][:l.inner], cs, f.I64(x)[p:], f.I64(y)[q:], l.step)
		case Bool:
			chooseRun(f.Bool(z)[i*l.inner:][:l.inner], cs, f.Bool(x)[p:], f.Bool(y)[q:], l.step)
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

func (choose) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	if dout[0].DType != Float32 {
		return []*Value{nil, nil, nil}
	}
	dx, dy := b.split(n.In[0], dout[0])
	return []*Value{nil, b.sumLike(dx, n.In[1]), b.sumLike(dy, n.In[2])}
}

// Select adds x where c holds, else y.
func (b *Builder) Select(c, x, y *Value) *Value { return b.Apply(choose{}, c, x, y) }
