package operations

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("Ravel", func(o *opCall) v { return o.Reshape(o.x(), runtime.Infer) })
	registerOperation("Append", func(o *opCall) v {
		x, y := o.pair()
		if o.options["axis"] == nil {
			return o.Concat(0, o.Reshape(x, runtime.Infer), o.Reshape(y, runtime.Infer))
		}
		return o.Concat(o.axis("axis", x.Shape, 0), x, y)
	}, "axis")
	for class, axis := range map[string]int{"Vstack": 0, "Hstack": 1, "Dstack": 2} {
		registerOperation(class, func(o *opCall) v {
			list := o.sameType(o.list())
			for i, x := range list {
				if x.Rank() < 2 && axis != 1 { // a row
					x = o.Reshape(x, 1, runtime.Infer)
				}
				if x.Rank() == 2 && axis == 2 {
					x = o.ExpandDims(x, 2)
				}
				list[i] = x
			}
			return o.Concat(min(axis, list[0].Rank()-1), list...)
		})
	}
	for class, axis := range map[string]int{"Vsplit": 0, "Hsplit": 1, "Dsplit": 2} {
		registerOperations(class, func(o *opCall) []v {
			x := o.x()
			if class == "Hsplit" && x.Rank() == 1 {
				return o.split(x, 0, o.options["indices_or_sections"])
			}
			if x.Rank() <= axis {
				return []v{o.fail("rank %d or more wanted, received %s", axis+1, x.Shape)}
			}
			return o.split(x, axis, o.options["indices_or_sections"])
		}, "indices_or_sections")
	}
	registerOperations("ArraySplit", func(o *opCall) []v {
		x, k := o.x(), o.whole("indices_or_sections", 0)
		a := o.axis("axis", x.Shape, 0)
		n := x.Shape[a]
		if k < 1 || k > 1<<16 || n < 0 {
			return []v{o.fail("array_split of %d into %d: a known size wanted", n, k)}
		}
		places := make([]any, 0, k)
		for i := 1; i < k; i++ {
			places = append(places, float64(i*(n/k)+min(i, n%k)))
		}
		return o.split(x, a, places)
	}, "indices_or_sections", "axis")
	registerOperation("Fliplr", func(o *opCall) v { return o.flipped(o.x(), 1) })
	registerOperation("Flipud", func(o *opCall) v { return o.flipped(o.x(), 0) })
	registerOperation("Roll", func(o *opCall) v {
		x := o.x()
		shifts, ok := layers.Ints(o.options["shift"])
		if n, isInt := layers.Int(o.options["shift"]); isInt {
			shifts, ok = []int{n}, true
		}
		if !ok {
			return o.fail("shift must be integers, received %s", layers.Brief(o.options["shift"]))
		}
		if o.options["axis"] == nil {
			if !x.Shape.Known() || len(shifts) != 1 {
				return o.fail("roll of all elements of %s: known sizes and one shift wanted", x.Shape)
			}
			return o.Reshape(o.rolled(o.Reshape(x, runtime.Infer), 0, shifts[0]), x.Shape...)
		}
		axes := o.places(x.Rank(), o.axes("axis"))
		if len(shifts) != len(axes) {
			return o.fail("as many shifts as axes wanted, received %d and %d", len(shifts), len(axes))
		}
		for i, a := range axes {
			x = o.rolled(x, a, shifts[i])
		}
		return x
	}, "shift", "axis")
	registerOperation("Rot90", func(o *opCall) v {
		x, axes := o.value(o.arg(0, "array")), o.axes("axes")
		if axes == nil {
			axes = []int{0, 1}
		}
		if len(axes) != 2 {
			return o.fail("two axes wanted, received %v", axes)
		}
		axes = o.places(x.Rank(), axes)
		perm := rising(x.Rank())
		perm[axes[0]], perm[axes[1]] = perm[axes[1]], perm[axes[0]]
		switch (o.whole("k", 1)%4 + 4) % 4 {
		case 1:
			return o.Transpose(o.flipped(x, axes[1]), perm...)
		case 2:
			return o.turnedTwice(x, axes)
		case 3:
			return o.flipped(o.Transpose(x, perm...), axes[1])
		}
		return x
	}, "k", "axes")
	registerOperations("Meshgrid", func(o *opCall) []v { return o.grids() }, "indexing")
	registerOperation("Select", func(o *opCall) v {
		conditions, ok1 := o.arg(0, "condlist").([]any)
		choices, ok2 := o.arg(1, "choicelist").([]any)
		if !ok1 || !ok2 || len(conditions) != len(choices) || len(choices) == 0 {
			return o.fail("as many choices as conditions wanted")
		}
		otherwise := o.arg(2, "default")
		if otherwise == nil {
			otherwise = float64(0)
		}
		list := []v{o.value(otherwise)}
		for _, c := range choices {
			list = append(list, o.value(c))
		}
		list = o.sameType(list)
		y := list[0]
		for i := len(choices) - 1; i >= 0; i-- {
			y = o.Select(o.Cast(o.value(conditions[i]), runtime.Bool), list[i+1], y)
		}
		return y
	})
	registerOperations("UnravelIndex", func(o *opCall) []v {
		x, sizes := o.value(o.arg(0, "indices")), o.axes("shape")
		if !layers.IsInteger(x.DType) || len(sizes) == 0 || slices.Min(sizes) < 1 {
			return []v{o.fail("integers and a shape wanted, received %s and %v", x.Type, sizes)}
		}
		if x.Rank() != 1 { // Keras divides in the other order and turns only the answers round
			slices.Reverse(sizes)
		}
		out := make([]v, len(sizes))
		for a := len(sizes) - 1; a >= 0; a-- {
			n := o.Cast(o.integer(sizes[a]), x.DType)
			out[a] = o.Builder.Integer("mod", x, n)
			x = o.Builder.Integer("floor_divide", x, n)
		}
		return out
	}, "shape")
}

// sameType casts tensors to the widest of their types.
func (o *opCall) sameType(list []*runtime.Value) []*runtime.Value {
	widest := runtime.Bool
	for _, x := range list {
		if rankOf(x.DType, true) > rankOf(widest, true) {
			widest = x.DType
		}
	}
	out := make([]*runtime.Value, len(list))
	for i, x := range list {
		out[i] = o.Cast(x, widest)
	}
	return out
}

// flipped reverses an axis.
func (o *opCall) flipped(x *runtime.Value, axis int) *runtime.Value {
	if axis >= x.Rank() {
		return o.fail("rank %d or more wanted, received %s", axis+1, x.Shape)
	}
	ranges := make([]runtime.Range, axis+1)
	for a := range ranges {
		ranges[a] = runtime.Whole
	}
	ranges[axis] = runtime.Range{From: runtime.End, To: runtime.End, Step: -1}
	return o.Slice(x, ranges...)
}

// turnedTwice is rot90 with k=2 as Keras' TensorFlow backend has it: between the two
// turns it gives the axes their old sizes by reshaping, so that only a square is
// turned as numpy turns it (keras/src/backend/tensorflow/numpy.py).
func (o *opCall) turnedTwice(x *runtime.Value, axes []int) *runtime.Value {
	rank := x.Rank()
	h, w := x.Shape[axes[0]], x.Shape[axes[1]]
	if h < 0 || w < 0 {
		return o.fail("two axes of known size wanted, received %v of %s", axes, x.Shape)
	}
	var perm, back []int
	for a := range rank {
		if !slices.Contains(axes, a) {
			perm = append(perm, a)
		}
	}
	perm = append(perm, axes...)
	for a := range rank {
		back = append(back, slices.Index(perm, a))
	}
	x = o.Transpose(x, perm...)
	sizes := append(allAxes(x)[:rank-2], h, w)
	swap := rising(rank)
	swap[rank-2], swap[rank-1] = rank-1, rank-2
	for range 2 {
		x = o.Reshape(o.Transpose(o.flipped(x, rank-1), swap...), sizes...)
	}
	return o.Transpose(x, back...)
}

// rolled moves the elements of axis a on by shift, round the end.
func (o *opCall) rolled(x *runtime.Value, a, shift int) *runtime.Value {
	n := x.Shape[a]
	if n < 0 {
		return o.fail("roll along an axis of unknown size of %s", x.Shape)
	}
	if n == 0 || shift%n == 0 {
		return x
	}
	at := n - (shift%n+n)%n
	return o.Concat(a, o.within(x, a, at, runtime.End), o.within(x, a, 0, at))
}

// grids spreads vectors over the axes of a grid.
func (o *opCall) grids() []*runtime.Value {
	n := len(o.Args)
	if n == 0 || n > 16 {
		return []*runtime.Value{o.fail("between 1 and 16 vectors wanted, received %d", n)}
	}
	list := make([]*runtime.Value, n)
	for i, a := range o.Args {
		x := o.Reshape(o.value(a), runtime.Infer)
		place := i
		if o.text("indexing", "xy") == "xy" && n > 1 && i < 2 {
			place = 1 - i
		}
		for k := range n {
			if k != place {
				x = o.ExpandDims(x, min(k, x.Rank()))
			}
		}
		list[i] = x
	}
	out := make([]*runtime.Value, n)
	for i, x := range list {
		for k, y := range list {
			if k != i {
				any := o.Equal(y, y) // true or, at NaN, false
				x = o.Select(o.Or(any, o.Not(any)), x, x)
			}
		}
		out[i] = x
	}
	return out
}
