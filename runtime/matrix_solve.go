package runtime

import (
	"fmt"
	"math"
)

// solveKind is the X of A·X = B, with a gradient.
var solveKind, triangularKinds = &matrixKind{name: "solve", cores: sameRows, run: solveMatrix}, map[bool]*matrixKind{}

func init() {
	solveKind.gradient = func(b *Builder, n *node, dout []*Value) []*Value {
		db := b.Solve(b.swapLast(n.in[0]), dout[0])
		return []*Value{b.Neg(b.MatMulT(db, n.out[0], false, true)), db}
	}
	for _, lower := range []bool{false, true} {
		k := &matrixKind{name: "solve_triangular", cores: sameRows, run: func(m *matrixWork) string { return solveTriangle(m, lower) }}
		k.gradient = func(b *Builder, n *node, dout []*Value) []*Value {
			db := b.SolveTriangular(b.swapLast(n.in[0]), dout[0], !lower)
			return []*Value{b.triangle(b.Neg(b.MatMulT(db, n.out[0], false, true)), lower), db}
		}
		triangularKinds[lower] = k
	}
}

// Solve adds the X of A·X = B for the matrices in the last two axes. A matrix that
// has no inverse ends the call in a *ShapeError.
func (b *Builder) Solve(a, y *Value) *Value { return b.apply(matrixOp{solveKind}, a, y) }

// SolveTriangular adds the X of A·X = B, where A is what a holds on and below its
// diagonal, or on and above.
func (b *Builder) SolveTriangular(a, y *Value, lower bool) *Value {
	return b.apply(matrixOp{triangularKinds[lower]}, a, y)
}

// Cholesky adds the lower triangle L with L·Lᵀ = A of the symmetric matrices in the
// last two axes, of which only the lower triangles are read. A matrix that has none
// ends the call in a *ShapeError.
func (b *Builder) Cholesky(a *Value) *Value { return b.apply(matrixOp{choleskyKind}, a) }

// LU adds the triangles L and U of P·A = L·U in one matrix, L without its diagonal of
// ones, and for each row of it the place in A that it came from.
func (b *Builder) LU(a *Value) (lu, places *Value) {
	out := b.applyAll(matrixOp{luKind}, a)
	return out[0], out[1]
}

var luKind = &matrixKind{name: "lu", places: true, gradient: luGradient,
	cores: func(in []Shape) ([]Shape, string) {
		if !square(in[0]) {
			return nil, "square matrices"
		}
		return []Shape{in[0], in[0][:1]}, ""
	},
	run: func(m *matrixWork) string {
		copy(m.out[0], m.in[0])
		for i := range m.out[1] {
			m.out[1][i] = float64(i)
		}
		luInPlace(m.out[0], m.shapes[0][0], m, func(i, k int) { m.out[1][i], m.out[1][k] = m.out[1][k], m.out[1][i] })
		return ""
	}}

// luGradient is Pᵀ·L⁻ᵀ·M·U⁻ᵀ, where M has Lᵀ·dL below its diagonal and dU·Uᵀ on and above.
func luGradient(b *Builder, n *node, dout []*Value) []*Value {
	lu, d := n.out[0], dout[0]
	if d == nil {
		return []*Value{nil}
	}
	row, column := b.Iota(lu, -2), b.Iota(lu, -1)
	below := b.Greater(row, column)
	u := b.triangle(lu, false)
	l := b.Select(below, lu, b.Cast(b.Equal(row, column), Float32))
	m := b.Select(below,
		b.MatMulT(l, b.Select(below, d, b.Scalar(0)), true, false),
		b.MatMulT(b.triangle(d, false), u, false, true))
	x := b.SolveTriangular(b.swapLast(l), m, false)
	y := b.swapLast(b.SolveTriangular(u, b.swapLast(x), false))
	p := b.Cast(b.Equal(b.ExpandDims(n.out[1], n.out[1].Rank()), column), Float32)
	return []*Value{b.MatMulT(p, y, true, false)}
}

var choleskyKind = &matrixKind{name: "cholesky", cores: oneSquare, run: func(m *matrixWork) string {
	a, l, n := m.in[0], m.out[0], m.shapes[0][0]
	clear(l)
	for j := 0; j < n && !m.expired(); j++ {
		for i := j; i < n; i++ {
			sum := a[i*n+j]
			for k := range j {
				sum -= l[i*n+k] * l[j*n+k]
			}
			switch {
			case i > j:
				l[i*n+j] = sum / l[j*n+j]
			case !(sum > 0):
				return "positive definite matrices"
			default:
				l[i*n+j] = math.Sqrt(sum)
			}
		}
	}
	return ""
}}

func init() {
	// A's gradient is half of L⁻ᵀ·S·L⁻¹, where S is the symmetric matrix with the lower
	// triangle of Lᵀ·dL.
	choleskyKind.gradient = func(b *Builder, n *node, dout []*Value) []*Value {
		lt := b.swapLast(n.out[0])
		p := b.MatMul(lt, b.triangle(dout[0], true))
		s := b.Select(b.GreaterEqual(b.Iota(p, -2), b.Iota(p, -1)), p, b.swapLast(p))
		half := b.SolveTriangular(lt, s, false)
		return []*Value{b.Mul(b.SolveTriangular(lt, b.swapLast(half), false), b.Scalar(0.5))}
	}
}

func square(s Shape) bool { return s[0] == s[1] || s[0] < 0 || s[1] < 0 }

func oneSquare(in []Shape) ([]Shape, string) {
	if !square(in[0]) {
		return nil, "square matrices"
	}
	return in[:1], ""
}

func sameRows(in []Shape) ([]Shape, string) {
	if !square(in[0]) || in[0][0] >= 0 && in[1][0] >= 0 && in[0][0] != in[1][0] {
		return nil, "a square matrix, and another of as many rows"
	}
	return in[1:2], ""
}

func noMatrixGradient(b *Builder, n *node, _ []*Value) []*Value {
	b.Fail(fmt.Errorf("%s has no gradient here", n.op.name()))
	return nil
}

// swapLast is x with the last two axes swapped.
func (b *Builder) swapLast(x *Value) *Value {
	perm := make([]int, x.Rank())
	for i := range perm {
		perm[i] = i
	}
	n := len(perm)
	perm[n-2], perm[n-1] = perm[n-1], perm[n-2]
	return b.Transpose(x, perm...)
}

// triangle is x with zeros above the diagonal, or below it.
func (b *Builder) triangle(x *Value, lower bool) *Value {
	row, column := b.Iota(x, -2), b.Iota(x, -1)
	keep := b.LessEqual(row, column)
	if lower {
		keep = b.GreaterEqual(row, column)
	}
	return b.Select(keep, x, b.Scalar(0))
}

// luInPlace makes L and U of a by rows, with the largest element of each column as
// its pivot, and reports the swaps. It returns whether a has an inverse.
func luInPlace(a []float64, n int, m *matrixWork, swap func(i, k int)) bool {
	regular := true
	for j := 0; j < n && !m.expired(); j++ {
		p := j
		for i := j + 1; i < n; i++ {
			if math.Abs(a[i*n+j]) > math.Abs(a[p*n+j]) {
				p = i
			}
		}
		if p != j {
			for k := range n {
				a[p*n+k], a[j*n+k] = a[j*n+k], a[p*n+k]
			}
			swap(p, j)
		}
		if a[j*n+j] == 0 {
			regular = false
			continue
		}
		for i := j + 1; i < n; i++ {
			f := a[i*n+j] / a[j*n+j]
			a[i*n+j] = f
			for k := j + 1; k < n; k++ {
				a[i*n+k] -= f * a[j*n+k]
			}
		}
	}
	return regular
}

func solveMatrix(m *matrixWork) string {
	a, x, n, c := m.in[0], m.out[0], m.shapes[0][0], m.shapes[1][1]
	copy(x, m.in[1])
	regular := luInPlace(a, n, m, func(i, k int) {
		for j := range c {
			x[i*c+j], x[k*c+j] = x[k*c+j], x[i*c+j]
		}
	})
	if !regular {
		return "matrices that have an inverse"
	}
	for i := 1; i < n; i++ {
		eliminate(x[i*c:][:c], a[i*n:][:i], x)
	}
	return backSubstitute(m, a, x, n, c)
}

// eliminate subtracts the rows of x with those factors.
func eliminate(row, factors, x []float64) {
	for k, f := range factors {
		for j := range row {
			row[j] -= f * x[k*len(row)+j]
		}
	}
}

func backSubstitute(m *matrixWork, a, x []float64, n, c int) string {
	for i := n - 1; i >= 0 && !m.expired(); i-- {
		row := x[i*c:][:c]
		eliminate(row, a[i*n+i+1:][:n-1-i], x[(i+1)*c:])
		for j := range row {
			row[j] /= a[i*n+i]
		}
	}
	return ""
}

func solveTriangle(m *matrixWork, lower bool) string {
	a, x, n, c := m.in[0], m.out[0], m.shapes[0][0], m.shapes[1][1]
	copy(x, m.in[1])
	for i := range n {
		if a[i*n+i] == 0 {
			return "triangles without zeros on their diagonal"
		}
	}
	if !lower {
		return backSubstitute(m, a, x, n, c)
	}
	for i := 0; i < n && !m.expired(); i++ {
		row := x[i*c:][:c]
		eliminate(row, a[i*n:][:i], x)
		for j := range row {
			row[j] /= a[i*n+i]
		}
	}
	return ""
}
