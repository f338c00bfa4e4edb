package runtime

// accumulate folds each element of the last axis with all before it.
type accumulate struct {
	*accumulation
	reverse bool // with all behind it
}

// accumulation is what all uses of a fold share.
type accumulation struct {
	name string
	f    func(x, y float32) float32
	i    func(x, y int64) int64
	grad func(b *Builder, o accumulate, x, y, dy *Value) *Value
}

var (
	accumulateSum  = &accumulation{name: "cumsum", f: func(x, y float32) float32 { return x + y }, i: func(x, y int64) int64 { return x + y }}
	accumulateProd = &accumulation{name: "cumprod", f: func(x, y float32) float32 { return x * y }, i: func(x, y int64) int64 { return x * y }}
)

func init() {
	accumulateSum.grad = func(b *Builder, o accumulate, _, _, dy *Value) *Value { return b.CumSum(dy, !o.reverse) }
	accumulateProd.grad = func(b *Builder, o accumulate, x, y, dy *Value) *Value {
		return b.Div(b.CumSum(b.Mul(dy, y), !o.reverse), x)
	}
}

func (o accumulate) name() string { return o.accumulation.name }

func (accumulate) infer(in []Type) ([]Type, error) {
	if in[0].DType == Bool || in[0].rank() == 0 {
		return nil, &ShapeError{Wanted: "numbers of rank 1 or more", Received: in[0].String()}
	}
	return in[:1], nil
}

func (accumulate) keepsRows(n *node, rows []bool) bool { return rows[0] && n.in[0].Rank() > 1 }

func (o accumulate) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	n := y.Shape[len(y.Shape)-1]
	group := max(1, chunk/n)
	rows := y.len / n
	return task{parts: (rows + group - 1) / group, cost: float64(y.len), run: func(f *frame, lo, hi int) {
		from, to := lo*group*n, min(hi*group, rows)*n
		switch y.DType {
		case Float32:
			accumulateRows(f.f32(y)[from:to], f.f32(x)[from:to], n, o.reverse, o.f)
		case Int32:
			accumulateRows(f.i32(y)[from:to], f.i32(x)[from:to], n, o.reverse, func(x, y int32) int32 { return int32(o.i(int64(x), int64(y))) })
		case Int64:
			accumulateRows(f.i64(y)[from:to], f.i64(x)[from:to], n, o.reverse, o.i)
		}
	}}, nil
}

func accumulateRows[T float32 | int32 | int64](y, x []T, n int, reverse bool, f func(x, y T) T) {
	for r := 0; r < len(y); r += n {
		first, step := r, 1
		if reverse {
			first, step = r+n-1, -1
		}
		acc := x[first]
		y[first] = acc
		for i := 1; i < n; i++ {
			acc = f(acc, x[first+i*step])
			y[first+i*step] = acc
		}
	}
}

func (o accumulate) gradient(b *Builder, n *node, dout []*Value) []*Value {
	if dout[0].DType != Float32 {
		return []*Value{nil}
	}
	return []*Value{o.grad(b, o, n.in[0], n.out[0], dout[0])}
}

// CumSum adds the sum of each element of the last axis and all before it, or with
// reverse all behind it.
func (b *Builder) CumSum(x *Value, reverse bool) *Value {
	return b.apply(accumulate{accumulateSum, reverse}, x)
}

// CumProd adds the product of each element of the last axis and all before it, or
// with reverse all behind it. Its derivative is not known where an element is 0.
func (b *Builder) CumProd(x *Value, reverse bool) *Value {
	return b.apply(accumulate{accumulateProd, reverse}, x)
}
