package operations

import "github.com/kerasrun/kerasrun/runtime"

// epsilon32 is the distance from 1 to the next float32.
const epsilon32 = 0x1p-23

func init() {
	type v = *runtime.Value
	registerOperation("Cholesky", func(o *opCall) v {
		l := o.sound(o.Cholesky(o.matrices(0, "x")))
		if o.flag("upper", false) {
			return o.turned(l)
		}
		return l
	}, "upper")
	registerOperation("CholeskyInverse", func(o *opCall) v {
		x, upper := o.matrices(0, "x"), o.flag("upper", false)
		y := o.sound(o.SolveTriangular(x, o.eye(x), !upper))
		return o.MatMulT(y, y, !upper, upper)
	}, "upper")
	registerOperation("Logdet", func(o *opCall) v {
		l := o.sound(o.Cholesky(o.matrices(0, "x")))
		return o.Mul(o.Sum(o.Log(o.diagonal(l, 0)), []int{-1}, false), o.Scalar(2))
	})
	registerOperation("Det", func(o *opCall) v {
		sign, diagonal := o.pivots(o.matrices(0, "x"))
		return o.Mul(sign, o.Prod(diagonal, []int{-1}, false))
	})
	registerOperations("Slogdet", func(o *opCall) []v {
		sign, diagonal := o.pivots(o.matrices(0, "x"))
		sign = o.Mul(sign, o.Prod(o.Sign(diagonal), []int{-1}, false))
		return []v{sign, o.Sum(o.Log(o.Abs(diagonal)), []int{-1}, false)}
	})
	registerOperation("Inv", func(o *opCall) v {
		x := o.matrices(0, "x")
		return o.Solve(x, o.eye(x))
	})
	registerOperation("Solve", func(o *opCall) v { return o.solved(o.Builder.Solve) })
	registerOperation("SolveTriangular", func(o *opCall) v {
		lower := o.flag("lower", false)
		return o.solved(func(a, b v) v { return o.Builder.SolveTriangular(a, b, lower) })
	}, "lower")
	registerOperations("LuFactor", func(o *opCall) []v {
		lu, places := o.LU(o.matrices(0, "x"))
		o.sound(lu)
		return []v{lu, o.Order(places, false)}
	})
	registerOperations("Qr", func(o *opCall) []v {
		mode := o.text("mode", "reduced")
		if mode != "reduced" && mode != "complete" {
			return []v{o.fail("mode must be reduced or complete, received %q", mode)}
		}
		q, r := o.QR(o.matrices(0, "x"), mode == "complete")
		return []v{q, r}
	}, "mode")
	registerOperations("SVD", func(o *opCall) []v {
		if o.flag("compute_uv", true) {
			return []v{o.fail("singular vectors, whose signs depend on the library that computes them; wanted compute_uv=False")}
		}
		_, s, _ := o.SVD(o.matrices(0, "x"))
		return []v{s}
	}, "full_matrices", "compute_uv")
	for _, class := range []string{"Eig", "Eigh"} {
		registerOperation(class, func(o *opCall) v {
			return o.fail("eigenvectors, whose signs depend on the library that computes them")
		})
	}
	registerOperation("MatrixRank", func(o *opCall) v {
		x := o.matrices(0, "x")
		_, s, _ := o.SVD(x)
		least := o.Mul(o.Max(s, []int{-1}, true), o.Scalar(float32(o.longest(x))*epsilon32))
		if o.options["tol"] != nil {
			least = o.Scalar(o.number("tol", 0))
		}
		return o.Sum(o.Cast(o.Greater(s, least), runtime.Int32), []int{-1}, false)
	}, "tol")
	registerOperation("Pinv", func(o *opCall) v {
		x := o.matrices(0, "x")
		u, s, w := o.SVD(x)
		least := o.Mul(o.Max(s, []int{-1}, true), o.Scalar(o.number("rcond", 10*float64(o.longest(x))*epsilon32)))
		return o.MatMulT(o.Mul(w, o.ExpandDims(o.inverted(s, o.Greater(s, least)), -2)), u, false, true)
	}, "rcond")
	registerOperation("Lstsq", func(o *opCall) v {
		x, y := o.matrices(0, "a"), o.Cast(o.value(o.arg(1, "b")), runtime.Float32)
		if x.Rank() != 2 || y.Rank() < 1 || y.Rank() > 2 {
			return o.fail("a matrix, and a matrix or a vector wanted, received %s and %s", x.Shape, y.Shape)
		}
		vector := y.Rank() == 1
		if vector {
			y = o.ExpandDims(y, 1)
		}
		rcond := o.number("rcond", float64(o.longest(x))*epsilon32)
		if rcond < 0 {
			rcond = epsilon32
		}
		u, s, w := o.SVD(x)
		inverse := o.inverted(s, o.GreaterEqual(s, o.Mul(o.Max(s, []int{-1}, true), o.Scalar(rcond))))
		z := o.MatMul(o.Mul(w, o.ExpandDims(inverse, -2)), o.MatMulT(u, y, true, false))
		if vector {
			return o.Squeeze(z, 1)
		}
		return z
	}, "rcond")
}

// matrices reads an argument of rank 2 or more.
func (o *opCall) matrices(i int, name string) *runtime.Value {
	x := o.Cast(o.value(o.arg(i, name)), runtime.Float32)
	if x.Rank() < 2 {
		return o.fail("rank 2 or more wanted, received %s", x.Shape)
	}
	return x
}

// sound is v, or the end of the operation if the graph could not be built so far.
func (o *opCall) sound(v *runtime.Value) *runtime.Value {
	if err := o.Err(); err != nil {
		o.fail("%w", err)
	}
	return v
}

// longest is the larger size of the matrices.
func (o *opCall) longest(x *runtime.Value) int {
	n := max(x.Shape[x.Rank()-2], x.Shape[x.Rank()-1])
	if x.Shape[x.Rank()-2] < 0 || x.Shape[x.Rank()-1] < 0 {
		o.fail("matrices of known size wanted, received %s", x.Shape)
	}
	return n
}

// eye is ones on the diagonals of matrices like x.
func (o *opCall) eye(x *runtime.Value) *runtime.Value {
	return o.Cast(o.Equal(o.Iota(x, -2), o.Iota(x, -1)), runtime.Float32)
}

// turned is x with its last two axes swapped.
func (o *opCall) turned(x *runtime.Value) *runtime.Value {
	return o.MoveAxis(x, x.Rank()-2, x.Rank()-1)
}

// pivots is the diagonal of the triangle that Gauss makes of x, and the sign of the
// permutation of its rows.
func (o *opCall) pivots(x *runtime.Value) (sign, diagonal *runtime.Value) {
	lu, places := o.LU(x)
	o.sound(lu)
	// Each pair of rows that has changed its order turns the sign.
	p := o.Cast(places, runtime.Float32)
	ahead := o.Greater(o.ExpandDims(p, -1), o.ExpandDims(p, -2))
	inOrder := o.Less(o.Iota(lu, -2), o.Iota(lu, -1))
	swapped := o.Cast(o.And(ahead, inOrder), runtime.Float32)
	odd := o.Pairwise("mod", o.Sum(swapped, []int{-2, -1}, false), o.Scalar(2))
	return o.Sub(o.Scalar(1), o.Mul(o.Scalar(2), odd)), o.diagonal(lu, 0)
}

// solved reads a and b, where b may have vectors in the place of matrices.
func (o *opCall) solved(solve func(a, b *runtime.Value) *runtime.Value) *runtime.Value {
	a, b := o.matrices(0, "a"), o.Cast(o.value(o.arg(1, "b")), runtime.Float32)
	if b.Rank() == a.Rank()-1 {
		return o.Squeeze(o.sound(solve(a, o.ExpandDims(b, b.Rank()))), b.Rank())
	}
	return solve(a, b)
}

// inverted is 1/s where it counts and 0 elsewhere.
func (o *opCall) inverted(s, counts *runtime.Value) *runtime.Value {
	return o.Select(counts, o.Recip(o.Select(counts, s, o.Scalar(1))), o.Scalar(0))
}
