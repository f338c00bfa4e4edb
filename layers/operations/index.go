package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("GetItem", func(o *opCall) v {
		o.pickSizes()
		return o.item(o.x(), o.arg(1, "key"))
	})
	registerOperation("Take", func(o *opCall) v {
		x, index := o.x(), o.arg(1, "indices")
		a := o.axis("axis", x.Shape, 0)
		if o.options["axis"] == nil {
			return o.fail("take of a flattened tensor")
		}
		if list, ok := wholeList(index); ok {
			for i, n := range list {
				if n < 0 && x.Shape[a] >= 0 {
					list[i] = n + x.Shape[a]
				}
			}
			return o.TakeAxis(x, a, list...)
		}
		return o.takeComputed(x, o.Cast(o.value(index), runtime.Int32), a)
	}, "axis", "batch_dims")
	registerOperation("Pad", func(o *opCall) v {
		x := o.x()
		list, ok := o.options["pad_width"].([]any)
		if ok && len(list) == 1 {
			for len(list) < x.Rank() {
				list = append(list, list[0])
			}
		}
		if !ok || len(list) != x.Rank() {
			return o.fail("pad_width must have a pair for each axis, received %s", layers.Brief(o.options["pad_width"]))
		}
		before, after := make([]int, len(list)), make([]int, len(list))
		for i, e := range list {
			pair, ok := layers.Ints(e)
			if !ok || len(pair) != 2 || pair[0] < 0 || pair[1] < 0 {
				return o.fail("pad_width must hold pairs >= 0, received %s", layers.Brief(e))
			}
			before[i], after[i] = pair[0], pair[1]
		}
		if mode, _ := o.options["mode"].(string); mode != "" && mode != "constant" {
			return o.mirror(x, mode, before, after)
		}
		return o.Pad(x, before, after, o.number("constant_values", 0))
	}, "pad_width", "mode", "constant_values")
}

// takeComputed takes slices of axis a by indices that are known when it runs, and
// puts the axes of these in its place.
func (o *opCall) takeComputed(x, index *runtime.Value, a int) *runtime.Value {
	if batch := o.whole("batch_dims", 0); batch != 0 {
		if batch != index.Rank()-1 || a != batch || x.Rank() < a+1 {
			return o.fail("gather with batch_dims=%d along axis %d of %s by indices %s", batch, a, x.Shape, index.Shape)
		}
		for k := a + 1; k < x.Rank(); k++ { // elements of each slice go along
			n := x.Shape[k]
			if n < 0 {
				return o.fail("gather with batch_dims=%d from axes of unknown size of %s", batch, x.Shape)
			}
			index = o.Tile(o.ExpandDims(index, k), k, n)
		}
		last := x.Rank() - 1
		return o.MoveAxis(o.TakeAlong(o.MoveAxis(x, a, last), o.MoveAxis(index, a, last)), last, a)
	}
	taken := o.GatherWithin(o.MoveAxis(x, a, 0), index, true)
	n := index.Rank()
	var perm []int // the axes of the index stand behind those of x before a
	for k := range a {
		perm = append(perm, n+k)
	}
	perm = append(perm, rising(n)...)
	for k := n + a; k < taken.Rank(); k++ {
		perm = append(perm, k)
	}
	return o.Transpose(taken, perm...)
}

// wholeList returns the places that a constant vector lists.
func wholeList(v any) ([]int, bool) {
	t, ok := v.(*runtime.Tensor)
	if !ok {
		return layers.Ints(v)
	}
	if len(t.Shape()) != 1 {
		return nil, false
	}
	out := make([]int, t.Len())
	for i := range out {
		switch t.DType() {
		case runtime.Int32:
			out[i] = int(t.Int32s()[i])
		case runtime.Int64:
			out[i] = int(t.Int64s()[i])
		default:
			return nil, false
		}
	}
	return out, true
}

// mirror pads by elements of x itself: edge, reflect or symmetric.
func (o *opCall) mirror(x *runtime.Value, mode string, before, after []int) *runtime.Value {
	for a, n := range x.Shape {
		if before[a] == 0 && after[a] == 0 {
			continue
		}
		if n < 1 || n > 1<<24 || before[a] > 1<<24 || after[a] > 1<<24 {
			return o.fail("pad with mode=%s of an axis of size %d by %d and %d", mode, n, before[a], after[a])
		}
		var places []int
		for i := -before[a]; i < n+after[a]; i++ {
			p := 0
			switch mode {
			case "edge":
				p = min(max(i, 0), n-1)
			case "reflect":
				if period := 2 * (n - 1); period > 0 {
					p = ((i % period) + period) % period
					p = min(p, period-p)
				} else {
					p = 0
				}
			case "symmetric":
				p = ((i % (2 * n)) + 2*n) % (2 * n)
				p = min(p, 2*n-1-p)
			default:
				return o.fail("pad with mode=%s", mode)
			}
			places = append(places, p)
		}
		x = o.TakeAxis(x, a, places...)
	}
	return x
}

// item is x[key], with integers, slices, None and ... in the key.
func (o *opCall) item(x *runtime.Value, key any) *runtime.Value {
	keys, ok := key.([]any)
	if !ok {
		keys = []any{key}
	}
	used, dots := 0, -1
	for i, k := range keys {
		switch k.(type) {
		case nil:
		case layers.Ellipsis:
			dots = i
		default:
			used++
		}
	}
	if used > x.Rank() {
		return o.fail("a key of at most %d places wanted, received %d", x.Rank(), used)
	}
	if dots < 0 {
		dots = len(keys)
		keys = append(keys[:dots:dots], layers.Ellipsis{})
	}
	var ranges []runtime.Range
	var sizes []int
	for i, k := range keys {
		switch e := k.(type) {
		case nil:
			sizes = append(sizes, 1)
		case layers.Ellipsis:
			if i != dots {
				return o.fail("a key must have one ellipsis at most")
			}
			for range x.Rank() - used {
				sizes = append(sizes, runtime.CopyAxis(len(ranges)))
				ranges = append(ranges, runtime.Whole)
			}
		case layers.Slice:
			sizes = append(sizes, runtime.CopyAxis(len(ranges)))
			ranges = append(ranges, e.Range())
		default:
			n, ok := layers.Int(k)
			if !ok {
				return o.fail("a key must hold integers and slices, received %s", layers.Brief(k))
			}
			if s := x.Shape[len(ranges)]; s >= 0 && (n >= s || n < -s) {
				return o.fail("an index on axis %d must be between %d and %d, received %d", len(ranges), -s, s-1, n)
			}
			to := n + 1
			if n == -1 {
				to = runtime.End
			}
			ranges = append(ranges, runtime.Range{From: n, To: to, Step: 1})
		}
	}
	return o.Reshape(o.Slice(x, ranges...), sizes...)
}
