package runtime

// unary is an elementwise function of one float32 tensor, with up to two
// numbers as options.
type unary struct {
	*unaryKind
	p, q float32
}

// unaryKind is what all uses of a function share.
type unaryKind struct {
	name   string
	cost   float64 // operations for each element, roughly
	kernel func(dst, x []float32, p, q float32)
	grad   func(b *Builder, o unary, x, y, dy *Value) *Value // nil: the derivative is zero
}

// plain adapts a kernel without options.
func plain(f func(dst, x []float32)) func(dst, x []float32, p, q float32) {
	return func(dst, x []float32, _, _ float32) { f(dst, x) }
}

func (o unary) name() string { return o.unaryKind.name }

func (o unary) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 {
		return nil, &ShapeError{Wanted: "float32", Received: in[0].String()}
	}
	return in[:1], nil
}

func (o unary) keepsRows(_ *node, rows []bool) bool { return rows[0] }

func (o unary) inPlace() []int { return []int{0} }

func (o unary) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	return chunked(y.len, o.cost, func(f *frame, lo, hi int) {
		o.kernel(f.f32(y)[lo:hi], f.f32(x)[lo:hi], o.p, o.q)
	})
}

func (o unary) gradient(b *Builder, n *node, dout []*Value) []*Value {
	if o.grad == nil {
		return []*Value{nil}
	}
	return []*Value{o.grad(b, o, n.in[0], n.out[0], dout[0])}
}

func (b *Builder) unary(k *unaryKind, x *Value, options ...float32) *Value {
	o := unary{unaryKind: k}
	for i, v := range options {
		if i == 0 {
			o.p = v
		} else {
			o.q = v
		}
	}
	return b.apply(o, x)
}
