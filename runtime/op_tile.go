package runtime

import (
	"fmt"
	"math"
)

// tile repeats a tensor n times along an axis.
type tile struct{ axis, n int }

func (o tile) Name() string { return "tile" }

func (o tile) Infer(in []Type) ([]Type, error) {
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

func (o tile) Rows(_ *Node, rows []bool) bool { return rows[0] && o.axis > 0 }

func (o tile) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	if y.Len == 0 {
		return Kernel{}, nil
	}
	run := x.Shape[o.axis:].size()
	outer := x.Len / run
	group := max(1, chunk/(run*o.n))
	return Kernel{Parts: (outer + group - 1) / group, Cost: float64(y.Len), Run: func(f *Frame, lo, hi int) {
		for i := lo * group; i < min(hi*group, outer); i++ {
			src := f.raw(x, i*run, run)
			for k := range o.n {
				copy(f.raw(y, (i*o.n+k)*run, run), src)
			}
		}
	}}, nil
}

func (o tile) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	sizes := make([]int, 0, n.In[0].Rank()+1)
	for a := range n.In[0].Rank() {
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
	return b.Apply(tile{a, n}, x)
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
