package kernel

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPackedInt4 holds every number of a matrix against its formula, bit for bit, with
// groups in a row and groups at random.
func TestPackedInt4(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range [][3]int{{1, 1, 1}, {7, 16, 3}, {33, 17, 8}, {64, 31, 1}, {5, 40, 5}} {
			k, n, groups := s[0], s[1], s[2]
			q, scale, zero := make([]uint8, k*n), make([]float32, groups*n), make([]float32, groups*n)
			for i := range q {
				q[i] = uint8(r.IntN(16))
			}
			for i := range scale {
				scale[i], zero[i] = float32(r.NormFloat64()), float32(r.IntN(16))
			}
			group := make([]int32, k)
			for i := range group {
				if group[i] = int32(i * groups / k); k%2 == 1 {
					group[i] = int32(r.IntN(groups))
				}
			}
			p := NewPackedInt4(k, n, group, groups, func(k, i int) uint8 { return q[k*n+i] },
				func(g, i int) float32 { return scale[g*n+i] }, func(g, i int) float32 { return zero[g*n+i] })
			data := guardedOf[uint8](t, len(p.Data), n%2 == 0)
			copy(data, p.Data)
			p.Data = data
			for panel := range p.Panels() {
				from := r.IntN(k)
				dst := guarded(t, (k-from)*PanelWidth, 0, n%2 == 1)
				p.Unpack(dst, panel, from, k)
				for i := from; i < k; i++ {
					for c := range min(PanelWidth, n-panel*PanelWidth) {
						j, g := panel*PanelWidth+c, int(group[i])
						want := (float32(q[i*n+j]) - zero[g*n+j]) * scale[g*n+j]
						require.Equal(t, want, dst[(i-from)*PanelWidth+c])
					}
				}
			}
			assert.Panics(t, func() { p.Unpack(make([]float32, k*PanelWidth), p.Panels(), 0, k) })
			assert.Panics(t, func() { p.Unpack(make([]float32, k*PanelWidth-1), 0, 0, k) })
			assert.Panics(t, func() { p.Unpack(make([]float32, (k+1)*PanelWidth), 0, 0, k+1) })
		}
	})
}

func BenchmarkUnpackInt4(b *testing.B) {
	const k = 256
	p := NewPackedInt4(k, 16, make([]int32, k), 1, func(int, int) uint8 { return 3 }, func(int, int) float32 { return 2 }, func(int, int) float32 { return 1 })
	dst := AlignedFloats(k * PanelWidth)
	for b.Loop() {
		p.Unpack(dst, 0, 0, k)
	}
}
