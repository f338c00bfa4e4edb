package runtime

import (
	"fmt"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// gather takes rows of a table by index. An index outside the table gives a
// row of zeros, as TensorFlow does on accelerators: never a read outside.
type gather struct{}

func (gather) Name() string { return "gather" }

func (gather) Infer(in []Type) ([]Type, error) {
	if in[0].rank() == 0 || in[1].DType != Int32 {
		return nil, &ShapeError{Wanted: "a table and int32 indices", Received: in[0].String() + " and " + in[1].String()}
	}
	return []Type{{in[0].DType, append(in[1].Shape.clone(), in[0].Shape[1:]...)}}, nil
}

func (gather) Rows(n *Node, rows []bool) bool {
	return !rows[0] && rows[1] && n.In[1].Rank() > 0
}

func (gather) Kernel(a *Args) (Kernel, error) {
	table, index, y := a.In[0], a.In[1], a.Out[0]
	if y.Len == 0 {
		return Kernel{}, nil
	}
	cols := y.Len / index.Len
	size := table.Shape[0]
	group := max(1, chunk/cols)
	return Kernel{Parts: (index.Len + group - 1) / group, Cost: float64(y.Len), Run: func(f *Frame, lo, hi int) {
		for i := lo * group; i < min(hi*group, index.Len); i++ {
			at := int(f.I32(index)[i])
			if at < 0 || at >= size {
				clear(f.raw(y, i*cols, cols))
				continue
			}
			copy(f.raw(y, i*cols, cols), f.raw(table, at*cols, cols))
		}
	}}, nil
}

func (gather) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	return []*Value{b.Apply(scatterAdd{}, dout[0], n.In[1], n.In[0]), nil}
}

// scatterAdd sums rows into zeros of its third input's shape, by index.
type scatterAdd struct{}

func (scatterAdd) Name() string { return "scatter_add" }

func (scatterAdd) Infer(in []Type) ([]Type, error) { return []Type{in[2]}, nil }

func (scatterAdd) Rows(*Node, []bool) bool { return false }

func (scatterAdd) Kernel(a *Args) (Kernel, error) {
	d, index, y := a.In[0], a.In[1], a.Out[0]
	return serial(d.Len, func(f *Frame) {
		dst := f.F32(y)
		clear(dst)
		if index.Len == 0 {
			return
		}
		cols := d.Len / index.Len
		for i, at := range f.I32(index) {
			if at >= 0 && int(at) < y.Shape[0] {
				row := dst[int(at)*cols:][:cols]
				kernel.Add(row, row, f.F32(d)[i*cols:][:cols])
			}
		}
	})
}

func (scatterAdd) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	return []*Value{b.Gather(dout[0], n.In[1]), nil, nil}
}

// Gather adds the rows of table that the int32 indices name.
func (b *Builder) Gather(table, index *Value) *Value { return b.Apply(gather{}, table, index) }

// TakeAxis adds the given places of an axis, in that order.
func (b *Builder) TakeAxis(x *Value, axis int, places ...int) *Value {
	a, err := x.Shape.Axis(axis)
	if err != nil {
		return b.Fail(err)
	}
	parts := make([]*Value, len(places))
	for i, p := range places {
		ranges := make([]Range, x.Rank())
		for k := range ranges {
			ranges[k] = Whole
		}
		if n := x.Shape[a]; p < 0 || n >= 0 && p >= n {
			return b.Fail(&ShapeError{Where: b.Scope, What: "take", Wanted: fmt.Sprintf("places below %d", n), Received: fmt.Sprint(p)})
		}
		ranges[a] = Range{p, p + 1, 1}
		parts[i] = b.Slice(x, ranges...)
	}
	return b.Concat(a, parts...)
}
