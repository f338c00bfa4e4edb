package runtime

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// dense is a tensor's matrix in float64.
func dense(t *Tensor) *mat.Dense {
	data := make([]float64, t.Len())
	for i, v := range t.Float32s() {
		data[i] = float64(v)
	}
	return mat.NewDense(t.Shape()[0], t.Shape()[1], data)
}

// assertNear holds float32 sums of so many products of numbers within [-1, 1]
// against float64 ones.
func assertNear(t *testing.T, want mat.Matrix, got *Tensor, products int, what string) {
	t.Helper()
	rows, cols := want.Dims()
	require.Equal(t, Shape{rows, cols}, got.Shape(), what)
	var diff mat.Dense
	diff.Sub(want, dense(got))
	assert.LessOrEqual(t, mat.Max(abs(&diff)), 0x1p-24*float64(products)*math.Sqrt(float64(products)), what)
}

func abs(m *mat.Dense) *mat.Dense {
	m.Apply(func(_, _ int, v float64) float64 { return math.Abs(v) }, m)
	return m
}

// TestMatMulAgainstGonum holds products and both their gradients against
// gonum's in float64, with either operand transposed.
func TestMatMulAgainstGonum(t *testing.T) {
	for _, s := range [][3]int{{1, 1, 1}, {3, 5, 2}, {17, 64, 33}, {52, 100, 40}, {5, 300, 1}, {270, 531, 150}} {
		m, k, n := s[0], s[1], s[2]
		for i := range 4 {
			transX, transY := i&1 != 0, i&2 != 0
			what := fmt.Sprintf("(%d, %d)·(%d, %d), transposed %v %v", m, k, k, n, transX, transY)
			x, y, dz := random(1, -1, 1, m, k), random(2, -1, 1, k, n), random(3, -1, 1, m, n)
			if transX {
				x = random(1, -1, 1, k, m)
			}
			if transY {
				y = random(2, -1, 1, n, k)
			}
			b := NewBuilder()
			vx, vy, vdz := b.Input("x", x.Type()), b.Input("y", y.Type()), b.Input("dz", dz.Type())
			z := b.MatMulT(vx, vy, transX, transY)
			g, err := b.Graph(append([]*Value{z}, Gradient(b, []*Value{z}, []*Value{vdz}, []*Value{vx, vy})...)...)
			require.NoError(t, err, what)
			got := run(t, g, Options{Threads: 1}, x, y, dz)

			a, c, d := mat.Matrix(dense(x)), mat.Matrix(dense(y)), dense(dz)
			if transX {
				a = a.T()
			}
			if transY {
				c = c.T()
			}
			var want, da, dc mat.Dense
			want.Mul(a, c)
			da.Mul(d, c.T())
			dc.Mul(a.T(), d)
			wantX, wantY := mat.Matrix(&da), mat.Matrix(&dc)
			if transX {
				wantX = da.T()
			}
			if transY {
				wantY = dc.T()
			}
			assertNear(t, &want, got[0], k, what)
			assertNear(t, wantX, got[1], n, what+": gradient of the first")
			assertNear(t, wantY, got[2], m, what+": gradient of the second")
		}
	}
}

// TestMatricesTimesVectors holds products of many matrices with a vector each, or with
// one for several, against gonum's, for one thread and two.
func TestMatricesTimesVectors(t *testing.T) {
	for _, s := range [][5]int{{1, 1, 1, 1, 1}, {7, 7, 1, 32, 1}, {5, 5, 3, 33, 1}, {6, 1, 4, 100, 2}, {1, 3, 2, 7, 2}, {64, 64, 1, 9000, 1}} {
		leadX, leadY, m, k, threads := s[0], s[1], s[2], s[3], s[4]
		for _, transY := range []bool{false, true} {
			x, y := random(1, -1, 1, leadX, m, k), random(2, -1, 1, leadY, k, 1)
			if transY {
				y = random(2, -1, 1, leadY, 1, k)
			}
			b := NewBuilder()
			g, err := b.Graph(b.MatMulT(b.Input("x", x.Type()), b.Input("y", y.Type()), false, transY))
			require.NoError(t, err)
			got := run(t, g, Options{Threads: threads}, x, y)[0]
			lead := max(leadX, leadY)
			require.Equal(t, Shape{lead, m, 1}, got.Shape())
			for i := range lead {
				var want mat.Dense
				want.Mul(dense(part(t, x, i%leadX, m, k)), dense(part(t, y, i%leadY, k, 1)))
				assertNear(t, &want, part(t, got, i, m, 1), k, fmt.Sprint(s, transY))
			}
		}
	}
}

// part is matrix i of a tensor.
func part(t *testing.T, x *Tensor, i, rows, cols int) *Tensor {
	t.Helper()
	m, err := TensorOf(x.Float32s()[i*rows*cols:][:rows*cols], rows, cols)
	require.NoError(t, err)
	return m
}
