package runtime

import (
	"fmt"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// gather takes rows of a table by index. An index outside the table gives a
// row of zeros, as TensorFlow does on accelerators, or is an error: never a read
// outside.
type gather struct {
	strict bool // an index outside ends the call
	wrap   bool // with strict: -1 is the last row
}

func (gather) name() string { return "gather" }

func (gather) takesStrings() {}

func (gather) infer(in []Type) ([]Type, error) {
	if in[0].rank() == 0 || in[1].DType != Int32 {
		return nil, &ShapeError{Wanted: "a table and int32 indices", Received: in[0].String() + " and " + in[1].String()}
	}
	return []Type{{in[0].DType, append(in[1].Shape.clone(), in[0].Shape[1:]...)}}, nil
}

func (gather) keepsRows(n *node, rows []bool) bool {
	return !rows[0] && rows[1] && n.in[1].Rank() > 0
}

func (o gather) prepare(a *operands) (task, error) {
	table, index, y := a.in[0], a.in[1], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	cols := y.len / index.len
	size := table.Shape[0]
	group := max(1, chunk/cols)
	return task{parts: (index.len + group - 1) / group, cost: float64(y.len), run: func(f *frame, lo, hi int) {
		for i := lo * group; i < min(hi*group, index.len); i++ {
			at := int(f.i32(index)[i])
			if o.wrap && at < 0 {
				at += size
			}
			if at < 0 || at >= size {
				if o.strict {
					panic(o.outside(index, f.i32(index)[i], size, i))
				}
				f.clear(y, i*cols, cols)
				continue
			}
			f.move(y, i*cols, table, at*cols, cols)
		}
	}}, nil
}

// outside is what a strict gather ends with.
func (o gather) outside(index operand, value int32, size, i int) dataError {
	least := 0
	if o.wrap {
		least = -size
	}
	place := ""
	if len(index.Shape) > 1 {
		place = fmt.Sprintf(" at place %d of its row", i%index.Shape[1:].size())
	}
	return dataError{&ShapeError{What: "index", Wanted: fmt.Sprintf("%d to %d", least, size-1), Received: fmt.Sprintf("%d%s", value, place)}}
}

func (gather) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.apply(scatterAdd{}, dout[0], n.in[1], n.in[0]), nil}
}

// scatterAdd sums rows into zeros of its third input's shape, by index.
type scatterAdd struct{}

func (scatterAdd) name() string { return "scatter_add" }

func (scatterAdd) infer(in []Type) ([]Type, error) { return []Type{in[2]}, nil }

func (scatterAdd) keepsRows(*node, []bool) bool { return false }

func (scatterAdd) prepare(a *operands) (task, error) {
	d, index, y := a.in[0], a.in[1], a.out[0]
	return serial(d.len, func(f *frame) {
		dst := f.f32(y)
		clear(dst)
		if index.len == 0 {
			return
		}
		cols := d.len / index.len
		for i, at := range f.i32(index) {
			if at >= 0 && int(at) < y.Shape[0] {
				row := dst[int(at)*cols:][:cols]
				kernel.Add(row, row, f.f32(d)[i*cols:][:cols])
			}
		}
	})
}

func (scatterAdd) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.Gather(dout[0], n.in[1]), nil, nil}
}

// Gather adds the rows of table that the int32 indices name.
func (b *Builder) Gather(table, index *Value) *Value { return b.apply(gather{}, table, index) }

// GatherWithin is Gather that ends a call in a *ShapeError when an index is outside
// the table. With wrap, negative indices count from the end.
func (b *Builder) GatherWithin(table, index *Value, wrap bool) *Value {
	return b.apply(gather{strict: true, wrap: wrap}, table, index)
}

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
