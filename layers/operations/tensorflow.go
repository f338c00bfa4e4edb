package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Functions that TensorFlow has and keras.ops has not.
func init() {
	type v = *runtime.Value
	registerOperation("AddN", func(o *opCall) v {
		list := o.list()
		sum := list[0]
		for _, x := range list[1:] {
			if layers.IsInteger(sum.DType) {
				sum = o.Integer("add", sum, x)
			} else {
				sum = o.Add(sum, x)
			}
		}
		return sum
	})
	registerOperation("MultiplyNoNan", func(o *opCall) v { // 0 where y is, whatever x
		x, y := o.floats()
		zero := o.Equal(y, o.Scalar(0))
		return o.Select(zero, o.Scalar(0), o.Mul(x, y))
	})
	registerOperation("Xdivy", func(o *opCall) v { // 0 where x is, whatever y
		x, y := o.floats()
		zero := o.Equal(x, o.Scalar(0))
		return o.Select(zero, o.Scalar(0), o.Div(x, o.Select(zero, o.Scalar(1), y)))
	})
	registerOperation("BandPart", func(o *opCall) v {
		x := o.x()
		if x.Rank() < 2 {
			return o.fail("rank 2 or more wanted, received %s", x.Shape)
		}
		row, column := o.Iota(x, -2), o.Iota(x, -1)
		keep := o.Equal(row, row)
		if n := o.whole("num_lower", -1); n >= 0 {
			keep = o.LessEqual(row, o.Builder.Integer("add", column, o.integer(n)))
		}
		if n := o.whole("num_upper", -1); n >= 0 {
			keep = o.And(keep, o.LessEqual(column, o.Builder.Integer("add", row, o.integer(n))))
		}
		return o.Select(keep, x, o.Cast(o.Scalar(0), x.DType))
	}, "num_lower", "num_upper")
	registerOperation("Slice", func(o *opCall) v {
		x := o.value(o.arg(0, "inputs"))
		from, ok := wholeList(o.arg(1, "start_indices"))
		sizes, isList := layers.Ints(o.options["shape"])
		if !ok || !isList || len(from) != x.Rank() || len(sizes) != x.Rank() {
			return o.fail("a constant place and size for each axis of %s wanted", x.Shape)
		}
		ranges := make([]runtime.Range, x.Rank())
		for a, n := range sizes {
			if n < -1 || from[a] < 0 || n > 1<<40 || from[a] > 1<<40 || x.Shape[a] >= 0 && from[a]+max(n, 0) > x.Shape[a] {
				return o.fail("a slice of %d from place %d of axis %d of %s", n, from[a], a, x.Shape)
			}
			ranges[a] = runtime.Range{From: from[a], To: from[a] + n, Step: 1}
			if n == -1 {
				ranges[a].To = runtime.End
			}
		}
		return o.Slice(x, ranges...)
	}, "shape")
}
