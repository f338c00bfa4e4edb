package operations

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("Einsum", func(o *opCall) v {
		equation, ok := o.options["subscripts"].(string)
		if !ok {
			return o.fail("subscripts must be a string, received %s", layers.Brief(o.options["subscripts"]))
		}
		values := make([]v, len(o.Args))
		for i, a := range o.Args {
			values[i] = o.Cast(o.value(a), runtime.Float32)
		}
		if len(values) == 0 {
			return o.fail("a tensor is missing")
		}
		return einsum.Of(o.Builder, equation, values...)
	}, "subscripts")
	registerOperation("Dot", func(o *opCall) v {
		x, y := o.f(), o.Cast(o.value(o.arg(1, "x2")), runtime.Float32)
		switch {
		case x.Rank() == 0 || y.Rank() == 0:
			return o.Mul(x, y)
		case y.Rank() == 1:
			return o.summed(x, y, []int{-1}, []int{0})
		}
		return o.summed(x, y, []int{-1}, []int{-2})
	})
	registerOperation("Tensordot", func(o *opCall) v {
		x, y := o.f(), o.Cast(o.value(o.arg(1, "x2")), runtime.Float32)
		axes, given := o.options["axes"]
		n, isCount := layers.Int(axes)
		if !given {
			n, isCount = 2, true
		}
		if isCount {
			if n < 0 || n > x.Rank() || n > y.Rank() {
				return o.fail("axes must be at most the rank, received %d", n)
			}
			var xs, ys []int
			for i := range n {
				xs, ys = append(xs, x.Rank()-n+i), append(ys, i)
			}
			return o.summed(x, y, xs, ys)
		}
		pair, ok := axes.([]any)
		if !ok || len(pair) != 2 {
			return o.fail("axes must be an integer or two lists, received %s", layers.Brief(axes))
		}
		var lists [2][]int
		for i, p := range pair {
			if a, ok := layers.Int(p); ok {
				lists[i] = []int{a}
			} else if lists[i], ok = layers.Ints(p); !ok {
				return o.fail("axes must be integers, received %s", layers.Brief(p))
			}
		}
		return o.summed(x, y, lists[0], lists[1])
	}, "axes")
}

// letters names n axes from the given letter on.
func letters(n int, from byte) []byte {
	l := make([]byte, n)
	for i := range l {
		l[i] = from + byte(i)
	}
	return l
}

// summed multiplies x and y, summed over pairs of axes.
func (o *opCall) summed(x, y *runtime.Value, xs, ys []int) *runtime.Value {
	if x.Rank() > 26 || y.Rank() > 26 || len(xs) != len(ys) {
		return o.fail("axes must be as many of each tensor, received %v and %v", xs, ys)
	}
	for i := range xs {
		a, err := x.Shape.Axis(xs[i])
		b, err2 := y.Shape.Axis(ys[i])
		if err != nil || err2 != nil {
			return o.fail("axes %v and %v must be those of %s and %s", xs, ys, x.Shape, y.Shape)
		}
		xs[i], ys[i] = a, b
	}
	l, r := letters(x.Rank(), 'a'), letters(y.Rank(), 'A')
	for i := range xs {
		r[ys[i]] = l[xs[i]]
	}
	var keep []byte
	for a, c := range l {
		if !slices.Contains(xs, a) {
			keep = append(keep, c)
		}
	}
	for a, c := range r {
		if !slices.Contains(ys, a) {
			keep = append(keep, c)
		}
	}
	return einsum.Of(o.Builder, fmt.Sprintf("%s,%s->%s", l, r, keep), x, y)
}
