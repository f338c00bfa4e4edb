package runtime

// compare is an elementwise comparison of two tensors of one type that
// broadcast.
type compare struct {
	*compareKind
}

type compareKind struct{ name string }

var (
	greaterKind      = &compareKind{"greater"}
	greaterEqualKind = &compareKind{"greater_equal"}
	lessKind         = &compareKind{"less"}
	lessEqualKind    = &compareKind{"less_equal"}
	equalKind        = &compareKind{"equal"}
	notEqualKind     = &compareKind{"not_equal"}
	andKind          = &compareKind{"and"} // of bools, as orKind
	orKind           = &compareKind{"or"}
)

func (o compare) name() string { return o.compareKind.name }

func (o compare) infer(in []Type) ([]Type, error) {
	if in[0].DType != in[1].DType {
		return nil, &ShapeError{Wanted: "two tensors of one type", Received: in[0].String() + " and " + in[1].String()}
	}
	s, err := Broadcast(in[0].Shape, in[1].Shape)
	if err != nil {
		return nil, err
	}
	return []Type{{Bool, s}}, nil
}

func (o compare) keepsRows(n *node, rows []bool) bool { return broadcastKeepsRows(n, rows) }

func (o compare) prepare(a *operands) (task, error) {
	x, y, z := a.in[0], a.in[1], a.out[0]
	l := newLoops(z.Shape, x.Shape, y.Shape)
	return l.task(1, func(f *frame, i int) {
		dst := f.bools(z)[i*l.inner:][:l.inner]
		p, q := l.offset(0, i), l.offset(1, i)
		switch x.DType {
		case Float32:
			compareRun(o.compareKind, dst, f.f32(x)[p:], f.f32(y)[q:], l.step[0], l.step[1])
		case Int32:
			compareRun(o.compareKind, dst, f.i32(x)[p:], f.i32(y)[q:], l.step[0], l.step[1])
		case Int64:
			compareRun(o.compareKind, dst, f.i64(x)[p:], f.i64(y)[q:], l.step[0], l.step[1])
		case Bool:
			compareRun(o.compareKind, dst, bytesOf(f.bools(x)[p:]), bytesOf(f.bools(y)[q:]), l.step[0], l.step[1])
		}
	})
}

// compareRun compares elements that lie xs and ys apart.
func compareRun[T numeric](kind *compareKind, dst []bool, x, y []T, xs, ys int) {
	switch kind {
	case greaterKind:
		for k := range dst {
			dst[k] = x[k*xs] > y[k*ys]
		}
	case greaterEqualKind:
		for k := range dst {
			dst[k] = x[k*xs] >= y[k*ys]
		}
	case lessKind:
		for k := range dst {
			dst[k] = x[k*xs] < y[k*ys]
		}
	case lessEqualKind:
		for k := range dst {
			dst[k] = x[k*xs] <= y[k*ys]
		}
	case equalKind:
		for k := range dst {
			dst[k] = x[k*xs] == y[k*ys]
		}
	case notEqualKind:
		for k := range dst {
			dst[k] = x[k*xs] != y[k*ys]
		}
	case andKind:
		for k := range dst {
			dst[k] = min(x[k*xs], y[k*ys]) != 0
		}
	case orKind:
		for k := range dst {
			dst[k] = max(x[k*xs], y[k*ys]) != 0
		}
	}
}

func (o compare) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil, nil} }

// Greater adds x > y, as bool. Comparisons take two tensors of one type, which
// broadcast.
func (b *Builder) Greater(x, y *Value) *Value { return b.apply(compare{greaterKind}, x, y) }

// GreaterEqual adds x >= y.
func (b *Builder) GreaterEqual(x, y *Value) *Value { return b.apply(compare{greaterEqualKind}, x, y) }

// Less adds x < y.
func (b *Builder) Less(x, y *Value) *Value { return b.apply(compare{lessKind}, x, y) }

// LessEqual adds x <= y.
func (b *Builder) LessEqual(x, y *Value) *Value { return b.apply(compare{lessEqualKind}, x, y) }

// Equal adds x == y.
func (b *Builder) Equal(x, y *Value) *Value { return b.apply(compare{equalKind}, x, y) }

// NotEqual adds x != y.
func (b *Builder) NotEqual(x, y *Value) *Value { return b.apply(compare{notEqualKind}, x, y) }

// And adds x && y of two bool tensors that broadcast.
func (b *Builder) And(x, y *Value) *Value { return b.apply(compare{andKind}, x, y) }

// Or adds x || y.
func (b *Builder) Or(x, y *Value) *Value { return b.apply(compare{orKind}, x, y) }

// Not adds !x.
func (b *Builder) Not(x *Value) *Value {
	f, _ := TensorOf([]bool{false})
	return b.Equal(x, b.Constant(f))
}
