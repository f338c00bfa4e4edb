package operations

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("Reshape", func(o *opCall) v {
		if given := o.Keyword("newshape"); given != nil {
			return o.reshapeTo(o.x(), given)
		}
		return o.reshape(o.x(), o.axes("newshape"))
	}, "newshape")
	registerOperation("Transpose", func(o *opCall) v {
		x, axes := o.x(), o.axes("axes")
		if axes == nil {
			for a := x.Rank() - 1; a >= 0; a-- {
				axes = append(axes, a)
			}
		}
		return o.Transpose(x, o.places(x.Rank(), axes)...)
	}, "axes")
	registerOperation("ExpandDims", func(o *opCall) v {
		x := o.x()
		axes := o.places(x.Rank()+len(o.axes("axis")), o.axes("axis"))
		slices.Sort(axes)
		for _, a := range axes {
			x = o.ExpandDims(x, a)
		}
		return x
	}, "axis")
	registerOperation("Squeeze", func(o *opCall) v {
		x, axes := o.x(), o.axes("axis")
		if axes == nil {
			for a, n := range x.Shape {
				if n == 1 {
					axes = append(axes, a)
				}
			}
		}
		axes = o.places(x.Rank(), axes)
		slices.Sort(axes)
		for i := len(axes) - 1; i >= 0; i-- {
			x = o.Squeeze(x, axes[i])
		}
		return x
	}, "axis")
	registerOperation("Flip", func(o *opCall) v {
		x, axes := o.x(), o.axes("axis")
		ranges := make([]runtime.Range, x.Rank())
		for a := range ranges {
			ranges[a] = runtime.Whole
		}
		if axes == nil {
			for a := range ranges {
				axes = append(axes, a)
			}
		}
		for _, a := range o.places(x.Rank(), axes) {
			ranges[a] = runtime.Range{From: runtime.End, To: runtime.End, Step: -1}
		}
		return o.Slice(x, ranges...)
	}, "axis")
	registerOperation("Repeat", func(o *opCall) v {
		n, ok := layers.Int(o.options["repeats"])
		if !ok || o.options["axis"] == nil {
			return o.fail("repeat must have a number of repeats and an axis")
		}
		return o.Repeat(o.x(), o.axis("axis", o.x().Shape, 0), n)
	}, "repeats", "axis")
	registerOperation("Tile", func(o *opCall) v {
		x, repeats := o.x(), o.axes("repeats")
		for x.Rank() < len(repeats) {
			x = o.ExpandDims(x, 0)
		}
		for i, n := range repeats {
			if n != 1 {
				x = o.Tile(x, x.Rank()-len(repeats)+i, n)
			}
		}
		return x
	}, "repeats")
	registerOperation("Concatenate", func(o *opCall) v {
		list := o.sameType(o.list())
		o.joinSizes()
		return o.Concat(o.axis("axis", list[0].Shape, 0), list...)
	}, "axis")
	registerOperation("Stack", func(o *opCall) v {
		list := o.sameType(o.list())
		o.joinSizes()
		a := o.places(list[0].Rank()+1, append(o.axes("axis"), 0)[:1])[0]
		for i := range list {
			list[i] = o.ExpandDims(list[i], a)
		}
		return o.Concat(a, list...)
	}, "axis")
	registerOperations("Split", func(o *opCall) []v {
		x := o.x()
		a := o.axis("axis", x.Shape, 0)
		return o.split(x, a, o.options["indices_or_sections"])
	}, "indices_or_sections", "axis")
	registerOperations("Unstack", func(o *opCall) []v {
		x := o.x()
		a := o.axis("axis", x.Shape, 0)
		out := o.split(x, a, x.Shape[a])
		for i := range out {
			out[i] = o.Squeeze(out[i], a)
		}
		return out
	}, "num", "axis")
	registerOperation("Moveaxis", func(o *opCall) v {
		x := o.x()
		return o.MoveAxis(x, o.axis("source", x.Shape, 0), o.axis("destination", x.Shape, 0))
	}, "source", "destination")
	registerOperation("Swapaxes", func(o *opCall) v {
		x := o.x()
		perm := o.places(x.Rank(), rising(x.Rank()))
		i, j := o.axis("axis1", x.Shape, 0), o.axis("axis2", x.Shape, 0)
		perm[i], perm[j] = perm[j], perm[i]
		return o.Transpose(x, perm...)
	}, "axis1", "axis2")
	registerOperation("BroadcastTo", func(o *opCall) v {
		x := o.x()
		of, sizes := x, o.axes("shape")
		if given := o.Keyword("shape"); given != nil {
			of, sizes = o.shapeOf(given)
		}
		for _, n := range sizes {
			if n == -1 {
				return o.fail("shape must hold sizes, received %v", sizes)
			}
		}
		return o.Cast(o.Add(o.Cast(x, runtime.Float32), o.Fill(of, 0, sizes...)), x.DType)
	}, "shape")
}

func rising(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// places counts axes of a tensor of that rank from the front.
func (o *opCall) places(rank int, axes []int) []int {
	out := make([]int, len(axes))
	for i, a := range axes {
		if out[i] = a; a < 0 {
			out[i] += rank
		}
		if out[i] < 0 || out[i] >= rank {
			o.fail("axis must be between %d and %d, received %d", -rank, rank-1, a)
			out[i] = 0
		}
		if slices.Contains(out[:i], out[i]) {
			o.fail("axes must differ, received %v", axes)
		}
	}
	return out
}

// reshape gives x other sizes, of which one may be -1. Sizes that leave the
// batch alone say so, so that rows stay independent.
func (o *opCall) reshape(x *runtime.Value, sizes []int) *runtime.Value {
	row, want := 1, 1
	for _, n := range x.Shape[min(1, x.Rank()):] {
		row *= n
	}
	for _, n := range sizes[min(1, len(sizes)):] {
		want *= n
	}
	sizes = slices.Clone(sizes)
	for i, n := range sizes {
		if n < -1 {
			return o.fail("newshape must hold sizes >= -1, received %d", n)
		}
		if i == 0 && n == -1 && x.Rank() > 0 && row == want && row > 0 {
			sizes[0] = runtime.CopyAxis(0)
		}
	}
	return o.Reshape(x, sizes...)
}

// split cuts an axis into equal pieces, or at the given places.
func (o *opCall) split(x *runtime.Value, a int, how any) []*runtime.Value {
	n := x.Shape[a]
	places, isList := layers.Ints(how)
	if !isList {
		k, ok := layers.Int(how)
		if !ok || k < 1 || k > 1<<16 || n < 0 || n%k != 0 {
			return []*runtime.Value{o.fail("split of %d into %s", n, layers.Brief(how))}
		}
		for i := 1; i < k; i++ {
			places = append(places, i*(n/k))
		}
	}
	var out []*runtime.Value
	from := 0
	for i := 0; i <= len(places); i++ {
		to := runtime.End
		if i < len(places) {
			to = places[i]
		}
		ranges := make([]runtime.Range, a+1)
		for k := range ranges {
			ranges[k] = runtime.Whole
		}
		ranges[a] = runtime.Range{From: from, To: to, Step: 1}
		out = append(out, o.Slice(x, ranges...))
		from = to
	}
	return out
}
