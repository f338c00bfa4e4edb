package runtime

// counter counts along an axis: each element is its place on it. The input's data
// is not used, only its shape.
type counter struct{ axis int }

func (counter) Name() string { return "iota" }

func (o counter) Infer(in []Type) ([]Type, error) { return []Type{{Int32, in[0].Shape}}, nil }

func (o counter) Rows(_ *Node, rows []bool) bool { return rows[0] && o.axis > 0 }

func (o counter) Kernel(a *Args) (Kernel, error) {
	y := a.Out[0]
	inner, n := y.Shape[o.axis+1:].size(), y.Shape[o.axis]
	return chunked(y.Len, 1, func(f *Frame, lo, hi int) {
		for i := lo; i < hi; i++ {
			f.I32(y)[i] = int32(i / inner % n)
		}
	})
}

func (counter) Gradient(*Builder, *Node, []*Value) []*Value { return []*Value{nil} }

// Iota adds, in the shape of like, the place of each element on an axis, as
// int32.
func (b *Builder) Iota(like *Value, axis int) *Value {
	a, err := like.Shape.Axis(axis)
	if err != nil {
		return b.Fail(b.locate(counter{}, err))
	}
	return b.Apply(counter{a}, like)
}
