package operations

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	type v = *runtime.Value
	for class, lower := range map[string]bool{"Tril": true, "Triu": false} {
		registerOperation(class, func(o *opCall) v {
			x, k := o.x(), o.whole("k", 0)
			if x.Rank() < 2 {
				return o.fail("rank 2 or more wanted, received %s", x.Shape)
			}
			row := o.Builder.Integer("add", o.Iota(x, -2), o.integer(k))
			keep := o.LessEqual(o.Iota(x, -1), row)
			if !lower {
				keep = o.GreaterEqual(o.Iota(x, -1), row)
			}
			return o.Select(keep, x, o.Cast(o.Scalar(0), x.DType))
		}, "k")
	}
	registerOperation("Diagonal", func(o *opCall) v { return o.diagonal(o.lastTwo(o.x()), o.whole("offset", 0)) }, "offset", "axis1", "axis2")
	registerOperation("Trace", func(o *opCall) v {
		x := o.lastTwo(o.x())
		if x.DType == runtime.Bool {
			x = o.Cast(x, runtime.Int32)
		}
		return o.Sum(o.diagonal(x, o.whole("offset", 0)), []int{-1}, false)
	}, "offset", "axis1", "axis2")
	registerOperation("Diag", func(o *opCall) v {
		if x := o.x(); x.Rank() == 2 {
			return o.diagonal(x, o.whole("k", 0))
		}
		return o.withDiagonal(o.x(), o.whole("k", 0))
	}, "k")
	registerOperation("Diagflat", func(o *opCall) v { return o.withDiagonal(o.Reshape(o.x(), runtime.Infer), o.whole("k", 0)) }, "k")
	registerOperation("Outer", func(o *opCall) v {
		x, y := o.pair()
		return o.times(o.ExpandDims(o.Reshape(x, runtime.Infer), 1), o.Reshape(y, runtime.Infer))
	})
	registerOperation("Inner", func(o *opCall) v {
		x, y := o.floats()
		if x.Rank() == 0 || y.Rank() == 0 {
			return o.Mul(x, y)
		}
		return o.summed(x, y, []int{-1}, []int{-1})
	})
	registerOperation("Vdot", func(o *opCall) v {
		x, y := o.floats()
		return o.summed(o.Reshape(x, runtime.Infer), o.Reshape(y, runtime.Infer), []int{0}, []int{0})
	})
	registerOperation("Cross", func(o *opCall) v {
		x, y := o.pair()
		a, b, c := o.whole("axisa", -1), o.whole("axisb", -1), o.whole("axisc", -1)
		if o.options["axis"] != nil {
			a = o.whole("axis", -1)
			b, c = a, a
		}
		return o.cross(o.moved(x, a), o.moved(y, b), c)
	}, "axisa", "axisb", "axisc", "axis")
	registerOperation("Kron", func(o *opCall) v {
		x, y := o.pair()
		for x.Rank() < y.Rank() {
			x = o.ExpandDims(x, 0)
		}
		for y.Rank() < x.Rank() {
			y = o.ExpandDims(y, 0)
		}
		var sizes []int
		for a, n := range x.Shape {
			sizes = append(sizes, n*y.Shape[a])
			if n < 0 || y.Shape[a] < 0 {
				if sizes[a] = runtime.Infer; a > 0 {
					return o.fail("kron of %s and %s: known sizes wanted but of the first axis", x.Shape, y.Shape)
				}
			}
		}
		rank := x.Rank()
		for a := range rank {
			x, y = o.ExpandDims(x, 2*a+1), o.ExpandDims(y, 2*a)
		}
		return o.Reshape(o.times(x, y), sizes...)
	})
	registerOperation("Vander", func(o *opCall) v {
		x := o.x()
		n := o.whole("N", -1)
		if o.options["N"] == nil && x.Rank() == 1 {
			n = x.Shape[0]
		}
		if n < 0 || n > 1<<16 || x.Rank() != 1 {
			return o.fail("a vector and a known number of columns wanted, received %s and %d", x.Shape, n)
		}
		powers := make([]float32, n)
		for i := range powers {
			if powers[i] = float32(n - 1 - i); o.flag("increasing", false) {
				powers[i] = float32(i)
			}
		}
		return o.Cast(o.Pow(o.ExpandDims(o.f(), 1), o.Floats(powers...)), x.DType)
	}, "N", "increasing")
}

// integer is an int32 constant.
func (o *opCall) integer(n int) *runtime.Value {
	t, err := runtime.TensorOf([]int32{int32(n)})
	if err != nil || int(int32(n)) != n {
		return o.fail("an int32 is wanted, received %d", n)
	}
	return o.Constant(t)
}

// moved moves an axis to the end.
func (o *opCall) moved(x *runtime.Value, axis int) *runtime.Value {
	return o.MoveAxis(x, o.places(x.Rank(), []int{axis})[0], x.Rank()-1)
}

// lastTwo moves the axes axis1 and axis2 to the end.
func (o *opCall) lastTwo(x *runtime.Value) *runtime.Value {
	pair := o.places(x.Rank(), []int{o.whole("axis1", 0), o.whole("axis2", 1)})
	var perm []int
	for a := range x.Rank() {
		if a != pair[0] && a != pair[1] {
			perm = append(perm, a)
		}
	}
	return o.Transpose(x, append(perm, pair...)...)
}

// diagonal takes the elements of the last two axes at places i and i+k.
func (o *opCall) diagonal(x *runtime.Value, k int) *runtime.Value {
	rank := x.Rank()
	if rank < 2 || x.Shape[rank-1] < 0 || x.Shape[rank-2] < 0 {
		return o.fail("a diagonal of %s: two axes of known size wanted", x.Shape)
	}
	rows, columns := x.Shape[rank-2], x.Shape[rank-1]
	count := min(rows, columns-k)
	from := k
	if k < 0 {
		count, from = min(rows+k, columns), -k*columns
	}
	if count <= 0 {
		return o.fail("a diagonal %d off of %s, which has none there", k, x.Shape)
	}
	sizes := allAxes(x)[:rank-2]
	flat := o.Reshape(x, append(sizes, rows*columns)...)
	ranges := make([]runtime.Range, rank-1)
	for a := range ranges {
		ranges[a] = runtime.Whole
	}
	ranges[rank-2] = runtime.Range{From: from, To: from + (count-1)*(columns+1) + 1, Step: columns + 1}
	return o.Slice(flat, ranges...)
}

// withDiagonal is the matrix with a vector on its k-th diagonal.
func (o *opCall) withDiagonal(x *runtime.Value, k int) *runtime.Value {
	if x.Rank() != 1 || k > 1<<20 || k < -1<<20 {
		return o.fail("a vector wanted, received %s", x.Shape)
	}
	x = o.Pad(x, []int{max(k, 0)}, []int{max(-k, 0)}, 0)
	rows := o.ExpandDims(x, 0) // x at each column
	square := o.Mul(o.Fill(x, 0, runtime.CopyAxis(0), 1), o.Cast(rows, runtime.Float32))
	hit := o.Equal(o.Iota(square, 1), o.Builder.Integer("add", o.Iota(square, 0), o.integer(k)))
	return o.Select(hit, rows, o.Cast(o.Scalar(0), x.DType))
}

// cross is the vector product along the last axis, of 2 or 3 elements.
func (o *opCall) cross(x, y *runtime.Value, axis int) *runtime.Value {
	n, m := x.Shape[x.Rank()-1], y.Shape[y.Rank()-1]
	if n != 2 && n != 3 || m != 2 && m != 3 {
		return o.fail("vectors of 2 or 3 elements wanted, received %s and %s", x.Shape, y.Shape)
	}
	part := func(v *runtime.Value, i int) *runtime.Value {
		if i >= v.Shape[v.Rank()-1] {
			return o.Cast(o.Scalar(0), v.DType)
		}
		return o.lastFrom(v, i, i+1)
	}
	term := func(i, k int) *runtime.Value {
		return o.minus(o.times(part(x, i), part(y, k)), o.times(part(x, k), part(y, i)))
	}
	z := term(0, 1)
	if n == 2 && m == 2 {
		return o.Squeeze(z, z.Rank()-1)
	}
	z = o.Concat(z.Rank()-1, term(1, 2), term(2, 0), z)
	return o.MoveAxis(z, z.Rank()-1, o.places(z.Rank(), []int{axis})[0])
}
