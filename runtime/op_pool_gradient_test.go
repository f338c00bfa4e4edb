package runtime

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRank holds the order that the largest of a window is found by: the first of equal
// ones stays, zeros are equal, NaN is above all.
func TestRank(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	ascending := []float32{-inf, -math.MaxFloat32, -1, -math.SmallestNonzeroFloat32, 0, math.SmallestNonzeroFloat32, 1, math.MaxFloat32, inf, nan}
	for i, v := range ascending[1:] {
		assert.Greater(t, rank(v), rank(ascending[i]), "%v above %v", v, ascending[i])
	}
	assert.Greater(t, rank(-inf), int32(math.MinInt32))
	assert.Equal(t, rank(0), rank(float32(math.Copysign(0, -1))))
	assert.Equal(t, rank(nan), rank(-nan))
}

// TestMaxPoolGradient holds the places of maxima against a search, in more channels than
// are compared together, with equal values and NaN.
func TestMaxPoolGradient(t *testing.T) {
	const size, channels = 5, 70
	x := random(1, -1, 1, 2, size, size, channels)
	for i := range x.Float32s() {
		switch v := &x.Float32s()[i]; i % 7 {
		case 0, 3:
			*v = float32(math.Round(float64(*v * 2)))
		case 5:
			if i%3 == 0 {
				*v = float32(math.NaN())
			}
		}
	}
	for _, w := range []Window{{Strides: []int{2, 2}, Padding: Same}, {Padding: Same}} {
		b := NewBuilder()
		v := b.Input("x", x.Type())
		y := b.MaxPool(v, []int{2, 2}, w)
		dy := random(2, -1, 1, y.Shape...)
		g, err := b.Graph(Gradient(b, []*Value{y}, []*Value{b.Constant(dy)}, []*Value{v})...)
		require.NoError(t, err)
		got := run(t, g, Options{Threads: 1}, x)[0]

		want, _ := NewTensor(Float32, x.Shape()...)
		stride, at := 1, 0
		if w.Strides != nil {
			stride = 2
		}
		for n := range 2 {
			for py := 0; py < size; py += stride {
				for px := 0; px < size; px += stride {
					for c := range channels {
						best := -1
						for _, tap := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
							if py+tap[0] >= size || px+tap[1] >= size {
								continue
							}
							k := ((n*size+py+tap[0])*size+px+tap[1])*channels + c
							if a, b := x.Float32s()[k], x.Float32s()[max(best, 0)]; best < 0 || a > b || a != a && b == b {
								best = k
							}
						}
						want.Float32s()[best] += dy.Float32s()[at]
						at++
					}
				}
			}
		}
		assertSameBits(t, want, got)
	}
}
