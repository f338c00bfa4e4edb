package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPool(t *testing.T) {
	const pixels, taps, inputs = 11, 6, 30
	edgeSrc, edgeDst := guarded(t, inputs*100, 0, false), guarded(t, pixels*100, 0, false)
	eachVariant(t, func(t *testing.T) {
		for c := 1; c <= 100; c += 1 + c/20*6 {
			offsets := make([]int32, pixels*taps)
			for i := range offsets {
				offsets[i] = int32(i*7%inputs) * int32(c)
				if i%5 == 2 || i < taps { // the first window is empty
					offsets[i] = -1
				}
			}
			p := &Pool{Dst: make([]float32, pixels*c), Src: mixed(inputs*c, c), Offsets: offsets, Taps: taps, C: c, Pixels: pixels}
			p.maxGo()
			most := p.Dst
			p.Dst = make([]float32, pixels*c)
			p.avgGo()
			mean := p.Dst

			p.Src, p.Dst = atEdge(edgeSrc, p.Src), edgeDst[len(edgeDst)-pixels*c:]
			p.MaxPool()
			requireSameBits(t, most, p.Dst, "MaxPool")
			require.Equal(t, float32(-math.MaxFloat32), p.Dst[0])
			p.AvgPool()
			requireSameBits(t, mean, p.Dst, "AvgPool")
			require.Zero(t, p.Dst[0])
		}
	})
}

// TestMaxPoolNaN has the answers of Keras 2.15 and 3.15 on TensorFlow.
func TestMaxPoolNaN(t *testing.T) {
	nan := float32(math.NaN())
	eachVariant(t, func(t *testing.T) {
		p := &Pool{
			Dst: make([]float32, 3), Src: []float32{nan, 1, 2, nan, nan, nan},
			Offsets: []int32{0, 1, 2, 3, 4, 5}, Taps: 2, C: 1, Pixels: 3,
		}
		p.MaxPool()
		assert.Equal(t, []float32{1, 2, -math.MaxFloat32}, p.Dst)
	})
}

func TestOffsetsOutside(t *testing.T) {
	p := &Pool{Dst: make([]float32, 2), Src: make([]float32, 5), Offsets: []int32{4}, Taps: 1, C: 2, Pixels: 1}
	assert.Panics(t, p.MaxPool)
	p.Offsets[0] = -2
	assert.Panics(t, p.AvgPool)
	d := &Depthwise{
		Dst: make([]float32, 2), Src: make([]float32, 5), Kernel: make([]float32, 2), Zeros: make([]float32, 2),
		Offsets: []int32{4}, Taps: 1, C: 2, Pixels: 1,
	}
	assert.Panics(t, d.Run)
}
