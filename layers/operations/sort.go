package operations

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	type v = *runtime.Value
	registerOperation("Sort", func(o *opCall) v {
		return o.alongLast("axis", o.x(), func(x v) v { return o.TakeAlong(x, o.order(x, false)) })
	}, "axis")
	registerOperation("Argsort", func(o *opCall) v {
		x := o.x()
		if o.options["axis"] == nil {
			if _, given := o.options["axis"]; given {
				return o.order(o.Reshape(x, runtime.Infer), false)
			}
		}
		return o.alongLast("axis", x, func(x v) v { return o.order(x, false) })
	}, "axis")
	registerOperations("TopK", func(o *opCall) []v {
		x, k := o.x(), o.whole("k", 1)
		if n := x.Shape[max(x.Rank()-1, 0):]; len(n) == 0 || k < 0 || n[0] >= 0 && k > n[0] {
			return []v{o.fail("k must be between 0 and the size of the last axis, received %d for %s", k, x.Shape)}
		}
		places := o.lastFrom(o.order(x, true), 0, k)
		return []v{o.TakeAlong(x, places), places}
	}, "k", "sorted")
	registerOperation("InTopK", func(o *opCall) v {
		targets, x := o.Cast(o.value(o.arg(0, "targets")), runtime.Int32), o.Cast(o.value(o.arg(1, "predictions")), runtime.Float32)
		if x.Rank() != 2 || targets.Rank() != 1 {
			return o.fail("targets of rank 1 and predictions of rank 2 wanted, received %s and %s", targets.Shape, x.Shape)
		}
		at := o.TakeAlong(x, o.ExpandDims(targets, 1))
		better := o.Sum(o.Cast(o.Greater(x, at), runtime.Int32), []int{1}, false)
		k := o.Cast(o.Scalar(float32(o.whole("k", 1))), runtime.Int32)
		return o.And(o.Less(better, k), o.Less(o.Abs(o.Squeeze(at, 1)), o.infinity()))
	}, "k")
	registerOperation("TakeAlongAxis", func(o *opCall) v {
		x, index := o.x(), o.Cast(o.value(o.arg(1, "indices")), runtime.Int32)
		if o.options["axis"] == nil {
			return o.TakeAlong(o.Reshape(x, runtime.Infer), o.Reshape(index, runtime.Infer))
		}
		if x.Rank() != index.Rank() {
			return o.fail("indices of the tensor's rank wanted, received %s and %s", x.Shape, index.Shape)
		}
		a := o.axis("axis", x.Shape, 0)
		last := x.Rank() - 1
		return o.MoveAxis(o.takeBroadcast(o.MoveAxis(x, a, last), o.MoveAxis(index, a, last)), last, a)
	}, "axis")
	registerOperation("SearchSorted", func(o *opCall) v {
		edges, x := o.value(o.arg(0, "sorted_sequence")), o.value(o.arg(1, "values"))
		side, _ := o.options["side"].(string)
		if edges.Rank() != 1 {
			return o.fail("a sequence of rank 1 wanted, received %s", edges.Shape)
		}
		return o.edgesBelow(edges, x, side == "right")
	}, "side")
	registerOperation("Digitize", func(o *opCall) v {
		bins := o.Cast(o.value(o.arg(1, "bins")), runtime.Float32)
		return o.edgesBelow(bins, o.f(), true)
	})
	registerOperation("IsIn", func(o *opCall) v {
		x, y := o.pair()
		y = o.Reshape(y, runtime.Infer)
		hit := o.Equal(o.ExpandDims(x, x.Rank()), y)
		found := o.Cast(o.Max(o.Cast(hit, runtime.Float32), []int{-1}, false), runtime.Bool)
		if o.flag("invert", false) {
			return o.Not(found)
		}
		return found
	}, "assume_unique", "invert")
}

// order is the places of the last axis in the order of size; bools count as 0 and 1.
func (o *opCall) order(x *runtime.Value, falling bool) *runtime.Value {
	if x.DType == runtime.Bool {
		x = o.Cast(x, runtime.Int32)
	}
	return o.Order(x, falling)
}

// takeBroadcast takes along the last axis where leading axes of size 1 count for
// all.
func (o *opCall) takeBroadcast(x, index *runtime.Value) *runtime.Value {
	for a := range x.Rank() - 1 {
		switch n, m := x.Shape[a], index.Shape[a]; {
		case n == 1 && m > 1:
			x = o.Tile(x, a, m)
		case m == 1 && n > 1:
			index = o.Tile(index, a, n)
		case n != m && (n == 1 || m == 1):
			return o.fail("indices that broadcast along an axis of unknown size, received %s and %s", x.Shape, index.Shape)
		}
	}
	return o.TakeAlong(x, index)
}

// edgesBelow counts for each x the edges below it, or with right not above it: its
// place in sorted edges.
func (o *opCall) edgesBelow(edges, x *runtime.Value, right bool) *runtime.Value {
	if edges.DType != x.DType {
		edges, x = o.Cast(edges, runtime.Float32), o.Cast(x, runtime.Float32)
	}
	wide := o.ExpandDims(x, x.Rank())
	var below *runtime.Value
	if right {
		below = o.LessEqual(edges, wide)
	} else {
		below = o.Less(edges, wide)
	}
	return o.Sum(o.Cast(below, runtime.Int32), []int{-1}, false)
}
