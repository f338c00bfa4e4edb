package operations

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("Shape", func(o *opCall) v {
		x := o.x()
		if x.Rank() == 0 {
			return o.fail("the shape of a number")
		}
		parts := make([]v, x.Rank())
		for a, n := range x.Shape {
			o.sizes = append(o.sizes, layers.Size{Of: x, Axis: a})
			if n >= 0 {
				o.sizes[a] = layers.Size{N: n}
			}
			parts[a] = o.ExpandDims(o.sizeOf(x, a), 0)
		}
		return o.Concat(0, parts...)
	})
	registerOperation("Size", func(o *opCall) v {
		n := o.integer(1)
		for a := range o.x().Rank() {
			n = o.Builder.Integer("multiply", n, o.sizeOf(o.x(), a))
		}
		return n
	})
	registerOperation("Ndim", func(o *opCall) v { return o.integer(o.x().Rank()) })
	registerOperation("FilledTo", func(o *opCall) v { // a number in a computed shape
		of, sizes := o.shapeOf(o.arg(0, "shape"))
		y := o.Fill(of, o.number("value", 0), sizes...)
		if name := o.dtype(); name != "" {
			return o.Cast(y, layers.ValueType(name))
		}
		return y
	}, "value", "dtype")
}

// sizeOf is the size of an axis, an int32 number.
func (o *opCall) sizeOf(x *runtime.Value, a int) *runtime.Value {
	if n := x.Shape[a]; n >= 0 {
		return o.integer(n)
	}
	return o.Cast(o.Sum(o.Fill(x, 1, runtime.CopyAxis(a)), nil, false), runtime.Int32)
}

// pickSizes keeps track of sizes through x[key].
func (o *opCall) pickSizes() {
	t, ok := o.arg(0, "x").(layers.Tensor)
	if !ok || len(t.Sizes) == 0 || t.Rank() != 1 {
		return
	}
	key := o.arg(1, "key")
	if list, ok := key.([]any); ok && len(list) == 1 {
		key = list[0]
	}
	n := len(t.Sizes)
	switch k := key.(type) {
	case layers.Slice:
		from, to := 0, n
		if k.Start != nil {
			from = fromEnd(*k.Start, n)
		}
		if k.Stop != nil {
			to = fromEnd(*k.Stop, n)
		}
		if (k.Step == nil || *k.Step == 1) && from <= to {
			o.sizes = t.Sizes[from:to]
		}
	default:
		if i, ok := layers.Int(key); ok && i >= -n && i < n {
			o.sizes = t.Sizes[(i+n)%n:][:1]
		}
	}
}

func fromEnd(i, n int) int {
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

// joinSizes keeps track of sizes in a vector made of several.
func (o *opCall) joinSizes() {
	list, _ := o.arg(0, "xs").([]any)
	if sizes, ok := sizesIn(list); ok {
		o.sizes = sizes
	}
}

// sizesIn reads a list of sizes, vectors of them and numbers, at least one of them
// known to be a size.
func sizesIn(list []any) (sizes []layers.Size, ok bool) {
	for _, e := range list {
		if t, isTensor := e.(layers.Tensor); isTensor {
			if len(t.Sizes) == 0 {
				return nil, false
			}
			sizes, ok = append(sizes, t.Sizes...), true
			continue
		}
		if numbers, isList := wholeList(e); isList {
			for _, n := range numbers {
				sizes = append(sizes, layers.Size{N: n})
			}
		} else if n, isInt := layers.Int(e); isInt {
			sizes = append(sizes, layers.Size{N: n})
		} else {
			return nil, false
		}
	}
	return sizes, ok
}

// shapeOf reads a shape of numbers and of sizes of one tensor, as sizes in which
// CopyAxis is an axis of that.
func (o *opCall) shapeOf(given any) (of *runtime.Value, sizes []int) {
	list, isList := given.([]any)
	if !isList {
		list = []any{given}
	}
	found, ok := sizesIn(list)
	if !ok {
		o.fail("a shape of numbers and of sizes of a tensor wanted, received a computed one")
	}
	for _, s := range found {
		switch {
		case s.Of == nil:
			sizes = append(sizes, s.N)
			continue
		case of == nil || of == s.Of:
			of = s.Of
		case s.Axis != 0: // all tensors of a model have the batch in front
			o.fail("a shape with sizes of two tensors")
		}
		sizes = append(sizes, runtime.CopyAxis(s.Axis))
	}
	if of == nil {
		of = o.Scalar(0)
	}
	return of, sizes
}

// reshapeTo gives x a shape that a model computes from those of its tensors.
func (o *opCall) reshapeTo(x *runtime.Value, given any) *runtime.Value {
	list, isList := given.([]any)
	if !isList {
		list = []any{given}
	}
	unknown := 0
	plain := make([]int, 0, len(list)) // with the one size that is computed left open
	for _, e := range list {
		if t, ok := e.(layers.Tensor); ok && len(t.Sizes) == 0 && t.Rank() == 0 {
			plain, unknown = append(plain, runtime.Infer), unknown+1
		} else if n, ok := layers.Int(e); ok && n >= 0 {
			plain = append(plain, n)
		} else {
			unknown = math.MaxInt32
		}
	}
	if unknown == 1 {
		return o.reshape(x, plain)
	}
	of, sizes := o.shapeOf(given)
	return o.ReshapeFrom(x, of, sizes...)
}
