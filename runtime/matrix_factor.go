package runtime

import (
	"math"
	"slices"
)

// QR adds the Q with orthonormal columns and the upper triangle R with Q·R = A, for the
// matrices in the last two axes, by Householder's reflections, whose signs are
// LAPACK's. With complete, Q is square.
func (b *Builder) QR(a *Value, complete bool) (q, r *Value) {
	out := b.applyAll(matrixOp{qrKinds[complete]}, a)
	return out[0], out[1]
}

// SVD adds U, S and V of A = U·diag(S)·Vᵀ, for the matrices in the last two axes, with
// as many columns as A's smaller size and S falling. The signs of the columns are
// arbitrary, but the same in U and V.
func (b *Builder) SVD(a *Value) (u, s, v *Value) {
	out := b.applyAll(matrixOp{svdKind}, a)
	return out[0], out[1], out[2]
}

func smaller(s Shape) int {
	if s[0] < 0 || s[1] < 0 {
		return Unknown
	}
	return min(s[0], s[1])
}

var qrKinds = map[bool]*matrixKind{
	false: {name: "qr", gradient: noMatrixGradient, run: householder, cores: func(in []Shape) ([]Shape, string) {
		k := smaller(in[0])
		return []Shape{{in[0][0], k}, {k, in[0][1]}}, ""
	}},
	true: {name: "qr", gradient: noMatrixGradient, run: householder, cores: func(in []Shape) ([]Shape, string) {
		return []Shape{{in[0][0], in[0][0]}, in[0]}, ""
	}},
}

var svdKind = &matrixKind{name: "svd", gradient: noMatrixGradient, run: jacobi, cores: func(in []Shape) ([]Shape, string) {
	k := smaller(in[0])
	return []Shape{{in[0][0], k}, {k}, {in[0][1], k}}, ""
}}

// householder reflects the columns of A, from the first, onto axes; Q is the product
// of the reflections I - t·v·vᵀ, where v is 1 at its first place.
func householder(m *matrixWork) string {
	a, rows, columns := m.in[0], m.shapes[0][0], m.shapes[0][1]
	q, r := m.out[0], m.out[1]
	k := min(rows, columns)
	width := len(q) / max(rows, 1)
	clear(q)
	for i := range min(rows, width) {
		q[i*width+i] = 1
	}
	factors := m.spare[:k]
	clear(factors)
	for j := 0; j < k && !m.expired(); j++ {
		tail := 0.
		for i := j + 1; i < rows; i++ {
			tail += a[i*columns+j] * a[i*columns+j]
		}
		t, head := 0., a[j*columns+j]
		if tail > 0 {
			beta := -math.Copysign(math.Sqrt(head*head+tail), head)
			for i := j + 1; i < rows; i++ {
				a[i*columns+j] /= head - beta
			}
			t = (beta - head) / beta
			a[j*columns+j] = beta
		}
		factors[j] = t
		for c := j + 1; c < columns; c++ {
			reflectColumn(a, a, columns, rows, j, c, t, columns)
		}
	}
	for j := k - 1; j >= 0 && !m.expired(); j-- {
		for c := range width {
			reflectColumn(q, a, width, rows, j, c, factors[j], columns)
		}
	}
	clear(r)
	for i := range len(r) / max(columns, 1) {
		copy(r[i*columns+min(i, columns):][:columns-min(i, columns)], a[i*columns+min(i, columns):])
	}
	return ""
}

// reflectColumn applies reflection j, which stands below the diagonal of a, to column c of x.
func reflectColumn(x, a []float64, width, rows, j, c int, t float64, columns int) {
	dot := x[j*width+c]
	for i := j + 1; i < rows; i++ {
		dot += a[i*columns+j] * x[i*width+c]
	}
	x[j*width+c] -= t * dot
	for i := j + 1; i < rows; i++ {
		x[i*width+c] -= t * dot * a[i*columns+j]
	}
}

// maxSweeps is far more than one-sided Jacobi rotations need to converge.
const maxSweeps = 60

// jacobi turns pairs of columns of A, or of Aᵀ where that is narrower, until all are
// at right angles: their lengths are S, they are U·S, and the turns are V.
func jacobi(m *matrixWork) string {
	rows, columns := m.shapes[0][0], m.shapes[0][1]
	u, v := m.out[0], m.out[2] // in which A and the turns are
	n := min(rows, columns)
	if rows >= columns {
		copy(u, m.in[0])
	} else {
		u, v, rows = v, u, columns
		for i := range columns {
			for j := range n {
				u[i*n+j] = m.in[0][j*columns+i]
			}
		}
	}
	clear(v)
	for i := range n {
		v[i*n+i] = 1
	}
	for range maxSweeps {
		turned := false
		for i := 0; i < n && !m.expired(); i++ {
			for j := i + 1; j < n; j++ {
				if turn(u, v, rows, n, i, j) {
					turned = true
				}
			}
		}
		if !turned {
			break
		}
	}
	for j := range n {
		length := 0.
		for i := range rows {
			length += u[i*n+j] * u[i*n+j]
		}
		m.out[1][j] = math.Sqrt(length)
	}
	for j := range n { // the longest of the rest to place j
		longest := j
		for i := j + 1; i < n; i++ {
			if m.out[1][i] > m.out[1][longest] {
				longest = i
			}
		}
		swapColumns(m.out[1], n, j, longest)
		swapColumns(u, n, j, longest)
		swapColumns(v, n, j, longest)
		if s := m.out[1][j]; s > 0 {
			for i := range rows {
				u[i*n+j] /= s
			}
		}
	}
	if slices.ContainsFunc(m.out[1], math.IsNaN) {
		return "finite numbers"
	}
	return ""
}

func swapColumns(x []float64, n, i, j int) {
	for r := 0; r+n <= len(x); r += n {
		x[r+i], x[r+j] = x[r+j], x[r+i]
	}
}

// turn makes a right angle between columns i and j of u, and reports whether there was
// none.
func turn(u, v []float64, rows, n, i, j int) bool {
	var a, b, c float64
	for r := range rows {
		x, y := u[r*n+i], u[r*n+j]
		a, b, c = a+x*x, b+y*y, c+x*y
	}
	if !(math.Abs(c) > 1e-15*math.Sqrt(a*b)) {
		return false
	}
	z := (b - a) / (2 * c)
	t := math.Copysign(1, z) / (math.Abs(z) + math.Sqrt(1+z*z))
	cos := 1 / math.Sqrt(1+t*t)
	sin := cos * t
	for _, w := range [][]float64{u, v} {
		for r := 0; r+n <= len(w); r += n {
			x, y := w[r+i], w[r+j]
			w[r+i], w[r+j] = cos*x-sin*y, sin*x+cos*y
		}
	}
	return true
}
