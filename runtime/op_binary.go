package runtime

import "slices"

// binary is an elementwise function of two float32 tensors that broadcast.
type binary struct{ *binaryKind }

type binaryKind struct {
	name   string
	kernel func(dst, a, b []float32)
	vs     func(dst, a []float32, s float32) // b is one number; optional
	sv     func(dst []float32, s float32, b []float32)
	row    func(dst, x, row []float32) // b is one row for all of x; optional
	grad   func(b *Builder, x, y, z, dz *Value) (dx, dy *Value)
}

func (o binary) name() string { return o.binaryKind.name }

func (o binary) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 || in[1].DType != Float32 {
		return nil, &ShapeError{Wanted: "float32 and float32", Received: in[0].String() + " and " + in[1].String()}
	}
	s, err := Broadcast(in[0].Shape, in[1].Shape)
	if err != nil {
		return nil, err
	}
	return []Type{{Float32, s}}, nil
}

func (o binary) keepsRows(n *node, rows []bool) bool { return broadcastKeepsRows(n, rows) }

func (o binary) inPlace() []int { return []int{0, 1} }

func (o binary) prepare(a *operands) (task, error) {
	x, y, z := a.in[0], a.in[1], a.out[0]
	l := newLoops(z.Shape, x.Shape, y.Shape)
	switch {
	case l.outer == 1 && l.step[0] == 1 && l.step[1] == 1:
		return chunked(z.len, 1, func(f *frame, lo, hi int) { o.kernel(f.f32(z)[lo:hi], f.f32(x)[lo:hi], f.f32(y)[lo:hi]) })
	case l.outer == 1 && l.step[0] == 1 && o.vs != nil:
		return chunked(z.len, 1, func(f *frame, lo, hi int) { o.vs(f.f32(z)[lo:hi], f.f32(x)[lo:hi], f.f32(y)[0]) })
	case l.outer == 1 && l.step[1] == 1 && o.sv != nil:
		return chunked(z.len, 1, func(f *frame, lo, hi int) { o.sv(f.f32(z)[lo:hi], f.f32(x)[0], f.f32(y)[lo:hi]) })
	case l.shortRow(1) && slices.Equal(x.Shape, z.Shape):
		return o.shortRows(y, l.inner, z, func(f *frame, rows []float32, lo, hi int) { o.kernel(f.f32(z)[lo:hi], f.f32(x)[lo:hi], rows) })
	case l.shortRow(0) && slices.Equal(y.Shape, z.Shape):
		return o.shortRows(x, l.inner, z, func(f *frame, rows []float32, lo, hi int) { o.kernel(f.f32(z)[lo:hi], rows, f.f32(y)[lo:hi]) })
	case o.row != nil && len(l.dims) == 1 && l.step[0] == 1 && l.step[1] == 1 && l.strides[1][0] == 0 && slices.Equal(x.Shape, z.Shape):
		g := l.group()
		return task{parts: (l.outer + g - 1) / g, cost: float64(z.len), run: func(f *frame, lo, hi int) {
			from, to := lo*g*l.inner, min(hi*g, l.outer)*l.inner
			o.row(f.f32(z)[from:to], f.f32(x)[from:to], f.f32(y))
		}}, nil
	}
	n := l.inner
	return l.task(1, func(f *frame, i int) {
		dst := f.f32(z)[i*n : i*n+n]
		xs, ys := f.f32(x)[l.offset(0, i):], f.f32(y)[l.offset(1, i):]
		switch {
		case l.step[0] == 1 && l.step[1] == 1:
			o.kernel(dst, xs[:n], ys[:n])
		case l.step[0] == 1 && o.vs != nil:
			o.vs(dst, xs[:n], ys[0])
		case l.step[1] == 1 && o.sv != nil:
			o.sv(dst, xs[0], ys[:n])
		default:
			for k := range dst {
				o.kernel(dst[k:k+1], xs[k*l.step[0]:][:1], ys[k*l.step[1]:][:1])
			}
		}
	})
}

// shortRow reports whether input i is one row for all of the output, so short that a
// call of a kernel takes longer than what it does for it.
func (l *loops) shortRow(i int) bool {
	return len(l.dims) == 1 && l.step[0] == 1 && l.step[1] == 1 && l.strides[i][0] == 0 && l.inner < 16
}

// shortRows is the task of a function of rows that are all the same n elements, many
// of which run gets at once.
func (o binary) shortRows(row operand, n int, z operand, run func(f *frame, rows []float32, lo, hi int)) (task, error) {
	block := 1024 / n * n
	return task{parts: (z.len + block - 1) / block, cost: float64(z.len), scratch: block, run: func(f *frame, lo, hi int) {
		rows := f.floats(block)
		for done := copy(rows, f.f32(row)); done < min(block, z.len); {
			done += copy(rows[done:], rows[:done])
		}
		for at := lo * block; at < min(hi*block, z.len); at += block {
			end := min(at+block, z.len)
			run(f, rows[:end-at], at, end)
		}
	}}, nil
}

func (o binary) gradient(b *Builder, n *node, dout []*Value) []*Value {
	if o.grad == nil {
		return []*Value{nil, nil}
	}
	dx, dy := o.grad(b, n.in[0], n.in[1], n.out[0], dout[0])
	return []*Value{b.sumLike(dx, n.in[0]), b.sumLike(dy, n.in[1])}
}

// sumLike sums d over the axes along which x was broadcast.
func (b *Builder) sumLike(d, x *Value) *Value {
	if d == nil || d.Shape.Equal(x.Shape) {
		return d
	}
	return b.SumTo(d, x)
}
