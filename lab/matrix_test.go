package lab

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// The solver gives what gonum's does, and refuses what is not positive definite.
func TestSolveIsGonums(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 12; n++ {
		half := mat.NewDense(n, n, nil)
		for i := range n {
			for j := range n {
				half.Set(i, j, rng.NormFloat64())
			}
		}
		var whole mat.SymDense
		whole.SymOuterK(1, half)
		m, x := newMatrix(n, n), make([]float64, n)
		for i := range n {
			whole.SetSym(i, i, whole.At(i, i)+0.1)
			x[i] = rng.NormFloat64()
		}
		for i := range n {
			for j := range n {
				m.row(i)[j] = whole.At(i, j)
			}
		}
		var factors mat.Cholesky
		require.True(t, factors.Factorize(&whole))
		want := mat.NewVecDense(n, nil)
		require.NoError(t, factors.SolveVecTo(want, mat.NewVecDense(n, append([]float64{}, x...))))
		require.True(t, m.solve(x))
		require.InDeltaSlice(t, want.RawVector().Data, x, 1e-9)
	}
	m := newMatrix(2, 2)
	copy(m.data, []float64{1, 0, 2, 1})
	require.False(t, m.solve([]float64{1, 1}))
}
