package runtime

// compare is an elementwise comparison of two tensors of one type that
// broadcast.
type compare struct {
	*compareKind
}

type compareKind struct {
	name string
	f32  func(a, b float32) bool
	i64  func(a, b int64) bool
}

var (
	greaterKind      = &compareKind{"greater", func(a, b float32) bool { return a > b }, func(a, b int64) bool { return a > b }}
	greaterEqualKind = &compareKind{"greater_equal", func(a, b float32) bool { return a >= b }, func(a, b int64) bool { return a >= b }}
	lessKind         = &compareKind{"less", func(a, b float32) bool { return a < b }, func(a, b int64) bool { return a < b }}
	lessEqualKind    = &compareKind{"less_equal", func(a, b float32) bool { return a <= b }, func(a, b int64) bool { return a <= b }}
	equalKind        = &compareKind{"equal", func(a, b float32) bool { return a == b }, func(a, b int64) bool { return a == b }}
	notEqualKind     = &compareKind{"not_equal", func(a, b float32) bool { return a != b }, func(a, b int64) bool { return a != b }}
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
			compareRun(dst, f.f32(x)[p:], f.f32(y)[q:], l.step[0], l.step[1], o.f32)
		case Int32:
			compareRun(dst, f.i32(x)[p:], f.i32(y)[q:], l.step[0], l.step[1], func(a, b int32) bool { return o.i64(int64(a), int64(b)) })
		case Int64:
			compareRun(dst, f.i64(x)[p:], f.i64(y)[q:], l.step[0], l.step[1], o.i64)
		case Bool:
			compareRun(dst, f.bools(x)[p:], f.bools(y)[q:], l.step[0], l.step[1], func(a, b bool) bool { return o.i64(bit(a), bit(b)) })
		}
	})
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func compareRun[T element](dst []bool, x, y []T, xs, ys int, f func(a, b T) bool) {
	for k := range dst {
		dst[k] = f(x[k*xs], y[k*ys])
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

// On bools seen as 0 and 1, and is a·b and or is a+b > 0.
var (
	andKind = &compareKind{"and", nil, func(a, b int64) bool { return a*b != 0 }}
	orKind  = &compareKind{"or", nil, func(a, b int64) bool { return a+b != 0 }}
)
