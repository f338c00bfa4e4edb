package runtime

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// TestScaledTensorsHoldTheirElements compares them with products of numbers: small ones
// and large ones, which are worked out when they are read, over each axis, over plain
// memory, over tensors of NewFactor and over each other.
func TestScaledTensorsHoldTheirElements(t *testing.T) {
	for _, shape := range [][]int{{3, 4, 5}, {40, 30, 20}} {
		plain, packed := factorPair(t, shape[0], shape...)
		for axis, n := range shape {
			by := make([]float32, n)
			for i := range by {
				by[i] = float32(i) - 1.5
			}
			for _, of := range []*Tensor{plain, packed, scaled(plain, 0, make([]float32, shape[0]))} {
				s := scaled(of, axis, by)
				assert.Equal(t, s.Len() >= largeScaling, s.source != nil)
				want := of.Clone().Float32s()
				inner := Shape(shape[axis+1:]).size()
				for i := range want {
					want[i] *= by[i/inner%n]
				}
				assert.Equal(t, want, s.Float32s())
				assert.Equal(t, want, s.Clone().Float32s())
				var r room
				assert.Equal(t, want, s.elements(&r))
			}
		}
	}
}

// TestScaledKernelsAreNotKeptBesideTheirPacks holds what a program of a convolution and
// a normalization takes: the matrix, once.
func TestScaledKernelsAreNotKeptBesideTheirPacks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	numbers := func(n int) []float32 {
		e := make([]float32, n)
		for i := range e {
			e[i] = rng.Float32() - 0.5
		}
		return e
	}
	for size, matrices := range map[int]int{1: 1, 3: kernel.WinogradPlanes} { // panels, and Winograd's
		k, err := TensorOf(numbers(size*size*64*96), size, size, 64, 96)
		require.NoError(t, err)
		by, err := TensorOf(numbers(96), 96)
		require.NoError(t, err)
		x, err := TensorOf(numbers(12*12*64), 1, 12, 12, 64)
		require.NoError(t, err)
		run := func(fold bool) (*Tensor, int) {
			b := NewBuilder()
			y := b.Conv(b.Input("x", x.Type()), b.Constant(k), Window{Padding: Same}, 1)
			row := b.Constant(by)
			in := []*Tensor{x}
			if !fold {
				row, in = b.Input("by", by.Type()), append(in, by)
			}
			g, err := b.Graph(b.Mul(y, row))
			require.NoError(t, err)
			p, err := Compile(g, Options{Threads: 2})
			require.NoError(t, err)
			out := make([]*Tensor, 1)
			require.NoError(t, p.Run(t.Context(), in, out))
			weights, _ := p.Memory()
			return out[0], weights
		}
		want, _ := run(false)
		got, weights := run(true)
		assert.InDeltaSlice(t, want.Float32s(), got.Float32s(), 1e-4)
		assert.Equal(t, 4*matrices*64*96, weights)
	}
}
