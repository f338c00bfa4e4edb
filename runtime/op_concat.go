package runtime

import "fmt"

// concat joins tensors along an axis.
type concat struct{ axis int }

func (o concat) name() string { return "concat" }

func (o concat) infer(in []Type) ([]Type, error) {
	if len(in) == 0 {
		return nil, &ShapeError{Wanted: "at least one input", Received: "none"}
	}
	out := in[0].Shape.clone()
	if o.axis >= len(out) {
		return nil, &ShapeError{Wanted: fmt.Sprintf("rank above %d", o.axis), Received: out.String()}
	}
	for _, t := range in[1:] {
		misfit := &ShapeError{Wanted: fmt.Sprintf("%s%s but for axis %d", in[0].DType, in[0].Shape, o.axis), Received: t.String()}
		if t.DType != in[0].DType || len(t.Shape) != len(out) {
			return nil, misfit
		}
		for a, d := range t.Shape {
			switch {
			case a == o.axis && (d < 0 || out[a] < 0):
				out[a] = Unknown
			case a == o.axis:
				out[a] += d
			case out[a] < 0:
				out[a] = d
			case d >= 0 && d != out[a]:
				return nil, misfit
			}
		}
	}
	return []Type{{in[0].DType, out}}, nil
}

func (o concat) keepsRows(_ *node, rows []bool) bool {
	for _, r := range rows {
		if !r {
			return false
		}
	}
	return o.axis > 0
}

func (o concat) prepare(a *operands) (task, error) {
	y := a.out[0]
	outer := y.Shape[:o.axis].size()
	if y.len == 0 {
		return task{}, nil
	}
	width := y.len / outer
	runs, starts, at := make([]int, len(a.in)), make([]int, len(a.in)), 0
	for i, x := range a.in {
		runs[i], starts[i] = x.len/outer, at
		at += runs[i]
	}
	group := max(1, chunk/width)
	return task{parts: (outer + group - 1) / group, cost: float64(y.len), run: func(f *frame, lo, hi int) {
		for i, x := range a.in {
			n := runs[i]
			if x.DType == Float32 {
				dst, src := f.f32(y)[starts[i]:], f.f32(x)
				for r := lo * group; r < min(hi*group, outer); r++ {
					copy(dst[r*width:][:n], src[r*n:][:n])
				}
				continue
			}
			for r := lo * group; r < min(hi*group, outer); r++ {
				copy(f.raw(y, r*width+starts[i], n), f.raw(x, r*n, n))
			}
		}
	}}, nil
}

func (o concat) gradient(b *Builder, n *node, dout []*Value) []*Value {
	parts := b.applyAll(splitLike{o.axis}, append([]*Value{dout[0]}, n.in...)...)
	return parts[:len(n.in)]
}

// Concat adds the tensors joined along an axis.
func (b *Builder) Concat(axis int, in ...*Value) *Value {
	if len(in) > 0 {
		a, err := in[0].Shape.Axis(axis)
		if err != nil {
			return b.Fail(b.locate(concat{}, err))
		}
		axis = a
	}
	return b.apply(concat{axis}, in...)
}

// splitLike cuts its first input along an axis into pieces with the shapes of
// the others, whose data it does not use.
type splitLike struct{ axis int }

func (splitLike) name() string { return "split_like" }

func (splitLike) infer(in []Type) ([]Type, error) {
	out := make([]Type, len(in)-1)
	for i, t := range in[1:] {
		out[i] = Type{in[0].DType, t.Shape}
	}
	return out, nil
}

func (o splitLike) keepsRows(_ *node, rows []bool) bool { return concat(o).keepsRows(nil, rows) }

func (o splitLike) prepare(a *operands) (task, error) {
	x := a.in[0]
	outer := x.Shape[:o.axis].size()
	if x.len == 0 {
		return task{}, nil
	}
	width := x.len / outer
	return serial(x.len, func(f *frame) {
		at := 0
		for _, y := range a.out {
			n := y.len / outer
			for r := range outer {
				copy(f.raw(y, r*n, n), f.raw(x, r*width+at, n))
			}
			at += n
		}
	})
}

func (o splitLike) gradient(b *Builder, n *node, dout []*Value) []*Value {
	parts := make([]*Value, len(dout))
	for i, d := range dout {
		if parts[i] = d; d == nil {
			parts[i] = b.Mul(n.out[i], b.Scalar(0))
		}
	}
	in := make([]*Value, len(n.in))
	in[0] = b.Concat(o.axis, parts...)
	return in
}
