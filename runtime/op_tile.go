package runtime

import (
	"fmt"
	"math"
)

// tile repeats a tensor n times along an axis.
type tile struct{ axis, n int }

func (o tile) name() string { return "tile" }

func (o tile) infer(in []Type) ([]Type, error) {
	s := in[0].Shape.clone()
	if o.axis >= len(s) {
		return nil, &ShapeError{Wanted: fmt.Sprintf("rank above %d", o.axis), Received: s.String()}
	}
	if d := s[o.axis]; d >= 0 {
		if d > 0 && o.n > math.MaxInt/d {
			return nil, &ShapeError{Wanted: "a size that fits the address space", Received: fmt.Sprintf("%d times %s", o.n, s)}
		}
		s[o.axis] = d * o.n
	}
	return []Type{{in[0].DType, s}}, nil
}

func (o tile) keepsRows(_ *node, rows []bool) bool { return rows[0] && o.axis > 0 }

func (o tile) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	piece := x.Shape[o.axis:].size()
	outer := x.len / piece
	group := max(1, chunk/(piece*o.n))
	return task{parts: (outer + group - 1) / group, cost: float64(y.len), run: func(f *frame, lo, hi int) {
		for i := lo * group; i < min(hi*group, outer); i++ {
			src := f.raw(x, i*piece, piece)
			for k := range o.n {
				copy(f.raw(y, (i*o.n+k)*piece, piece), src)
			}
		}
	}}, nil
}

func (o tile) gradient(b *Builder, n *node, dout []*Value) []*Value {
	sizes := make([]int, 0, n.in[0].Rank()+1)
	for a := range n.in[0].Rank() {
		if a == o.axis {
			sizes = append(sizes, o.n, Infer)
			continue
		}
		sizes = append(sizes, CopyAxis(a))
	}
	return []*Value{b.Sum(b.Reshape(dout[0], sizes...), []int{o.axis}, false)}
}

// Tile adds x repeated n times, as a whole, along an axis.
func (b *Builder) Tile(x *Value, axis, n int) *Value {
	a, err := x.Shape.Axis(axis)
	if err == nil && n < 0 {
		err = &ShapeError{Wanted: "a number of times >= 0", Received: fmt.Sprint(n)}
	}
	if err != nil {
		return b.Fail(b.locate(tile{}, err))
	}
	return b.apply(tile{a, n}, x)
}

// Repeat adds x with every element of an axis repeated n times in place.
func (b *Builder) Repeat(x *Value, axis, n int) *Value {
	a, err := x.Shape.Axis(axis)
	if err != nil {
		return b.Fail(b.locate(tile{}, err))
	}
	tiled := b.Tile(b.ExpandDims(x, a+1), a+1, n)
	sizes := make([]int, x.Rank())
	for i := range sizes {
		switch {
		case i < a:
			sizes[i] = CopyAxis(i)
		case i == a:
			sizes[i] = Infer
		default:
			sizes[i] = CopyAxis(i + 1)
		}
	}
	return b.Reshape(tiled, sizes...)
}
