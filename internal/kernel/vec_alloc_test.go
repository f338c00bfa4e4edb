package kernel

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVectorAllocs(t *testing.T) {
	x, y := random(640, 1), make([]float32, 640)
	offsets := make([]int32, 10)
	like := same2D(5, 5, 8, 3, 1)
	eachVariant(t, func(t *testing.T) {
		assert.Zero(t, testing.AllocsPerRun(10, func() {
			Tanh(y, x)
			AddRow(y, x, x[:40])
			SoftmaxRows(y, x, 16, 40)
			LayerNormRows(y, x, x[:40], nil, 16, 40, 1e-3)
			LSTMCell(y[:16], y[16:32], x, 16)
			p := Pool{Dst: y, Src: x, Offsets: offsets, Taps: 2, C: 16, Pixels: 5}
			p.MaxPool()
			d := *like
			d.Run(0, d.OutHeight)
		}))
	})
}
