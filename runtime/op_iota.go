package runtime

// counter counts along an axis: each element is its place on it. The input's data
// is not used, only its shape.
type counter struct{ axis int }

func (counter) name() string { return "iota" }

func (o counter) infer(in []Type) ([]Type, error) { return []Type{{Int32, in[0].Shape}}, nil }

func (o counter) keepsRows(_ *node, rows []bool) bool { return rows[0] && o.axis > 0 }

func (o counter) prepare(a *operands) (task, error) {
	y := a.out[0]
	inner, n := y.Shape[o.axis+1:].size(), y.Shape[o.axis]
	return chunked(y.len, 1, func(f *frame, lo, hi int) {
		for i := lo; i < hi; i++ {
			f.i32(y)[i] = int32(i / inner % n)
		}
	})
}

func (counter) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// Iota adds, in the shape of like, the place of each element on an axis, as
// int32.
func (b *Builder) Iota(like *Value, axis int) *Value {
	a, err := like.Shape.Axis(axis)
	if err != nil {
		return b.Fail(b.locate(counter{}, err))
	}
	return b.apply(counter{a}, like)
}
