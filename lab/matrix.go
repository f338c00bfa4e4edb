package lab

import "math"

// matrix holds rows of numbers, one after the other. Its products and its one solver
// are ours: gonum's take 1.5 MB of the command, since the linker must keep all of BLAS
// and LAPACK beside what calls methods by name.
type matrix struct {
	rows, columns int
	data          []float64
}

func newMatrix(rows, columns int) matrix {
	return matrix{rows, columns, make([]float64, rows*columns)}
}

func (m matrix) row(i int) []float64 { return m.data[i*m.columns:][:m.columns] }

// solve turns x into the solution of m·solution = x by Cholesky's decomposition of the
// lower triangle of m, which it overwrites. It reports whether m is positive definite.
func (m matrix) solve(x []float64) bool {
	for i := range m.rows {
		a := m.row(i)
		for j := range i + 1 {
			b, sum := m.row(j), a[j]
			for k := range j {
				sum -= a[k] * b[k]
			}
			if i > j {
				a[j] = sum / b[j]
				continue
			}
			if !(sum > 0) {
				return false
			}
			a[i] = math.Sqrt(sum)
		}
	}
	for i := range x {
		a := m.row(i)
		for k := range i {
			x[i] -= a[k] * x[k]
		}
		x[i] /= a[i]
	}
	for i := len(x) - 1; i >= 0; i-- {
		for k := i + 1; k < len(x); k++ {
			x[i] -= m.row(k)[i] * x[k]
		}
		x[i] /= m.row(i)[i]
	}
	return true
}
