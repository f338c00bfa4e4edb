package runtime

import "fmt"

// concat joins tensors along an axis.
type concat struct{ axis int }

func (o concat) Name() string { return "concat" }

func (o concat) Infer(in []Type) ([]Type, error) {
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

func (o concat) Rows(_ *Node, rows []bool) bool {
	for _, r := range rows {
		if !r {
			return false
		}
	}
	return o.axis > 0
}

func (o concat) Kernel(a *Args) (Kernel, error) {
	y := a.Out[0]
	outer := y.Shape[:o.axis].size()
	if y.Len == 0 {
		return Kernel{}, nil
	}
	width := y.Len / outer
	runs, starts, at := make([]int, len(a.In)), make([]int, len(a.In)), 0
	for i, x := range a.In {
		runs[i], starts[i] = x.Len/outer, at
		at += runs[i]
	}
	group := max(1, chunk/width)
	return Kernel{Parts: (outer + group - 1) / group, Cost: float64(y.Len), Run: func(f *Frame, lo, hi int) {
		for i, x := range a.In {
			n := runs[i]
			if x.DType == Float32 {
				dst, src := f.F32(y)[starts[i]:], f.F32(x)
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

func (o concat) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	parts := b.ApplyAll(splitLike{o.axis}, append([]*Value{dout[0]}, n.In...)...)
	return parts[:len(n.In)]
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
	return b.Apply(concat{axis}, in...)
}

// splitLike cuts its first input along an axis into pieces with the shapes of
// the others, whose data it does not use.
type splitLike struct{ axis int }

func (splitLike) Name() string { return "split_like" }

func (splitLike) Infer(in []Type) ([]Type, error) {
	out := make([]Type, len(in)-1)
	for i, t := range in[1:] {
		out[i] = Type{in[0].DType, t.Shape}
	}
	return out, nil
}

func (o splitLike) Rows(_ *Node, rows []bool) bool { return concat(o).Rows(nil, rows) }

func (o splitLike) Kernel(a *Args) (Kernel, error) {
	x := a.In[0]
	outer := x.Shape[:o.axis].size()
	if x.Len == 0 {
		return Kernel{}, nil
	}
	width := x.Len / outer
	return serial(x.Len, func(f *Frame) {
		at := 0
		for _, y := range a.Out {
			n := y.Len / outer
			for r := range outer {
				copy(f.raw(y, r*n, n), f.raw(x, r*width+at, n))
			}
			at += n
		}
	})
}

func (o splitLike) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	parts := make([]*Value, len(dout))
	for i, d := range dout {
		if parts[i] = d; d == nil {
			parts[i] = b.Mul(n.Out[i], b.Scalar(0))
		}
	}
	in := make([]*Value, len(n.In))
	in[0] = b.Concat(o.axis, parts...)
	return in
}
