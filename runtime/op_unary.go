package runtime

// unary is an elementwise function of one float32 tensor, with up to two
// numbers as options.
type unary struct {
	*unaryKind
	p, q float32
}

// unaryKind is what all uses of a function share.
type unaryKind struct {
	name string
	cost float64 // operations for each element, roughly
	run  func(dst, x []float32, p, q float32)
	grad func(b *Builder, o unary, x, y, dy *Value) *Value // nil: the derivative is zero
}

// plain adapts a kernel without options.
func plain(f func(dst, x []float32)) func(dst, x []float32, p, q float32) {
	return func(dst, x []float32, _, _ float32) { f(dst, x) }
}

func (o unary) Name() string { return o.name }

func (o unary) Infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 {
		return nil, &ShapeError{What: o.name, Wanted: "float32", Received: in[0].String()}
	}
	return in[:1], nil
}

func (o unary) Rows(_ *Node, rows []bool) bool { return rows[0] }

func (o unary) inPlace() []int { return []int{0} }

func (o unary) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	return chunked(y.Len, o.cost, func(f *Frame, lo, hi int) {
		o.run(f.F32(y)[lo:hi], f.F32(x)[lo:hi], o.p, o.q)
	})
}

func (o unary) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	if o.grad == nil {
		return []*Value{nil}
	}
	return []*Value{o.grad(b, o, n.In[0], n.Out[0], dout[0])}
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
	return b.Apply(o, x)
}
