package kernel

import (
	"math"
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
		for _, s := range [][3]int{{1, 1, 1}, {7, 16, 3}, {33, 17, 8}, {64, 31, 1}, {5, 40, 5}, {130, 150, 4}} {
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
			addedRow(t, r, p)
			assert.Panics(t, func() { p.Unpack(make([]float32, k*PanelWidth), p.Panels(), 0, k) })
			assert.Panics(t, func() { p.Unpack(make([]float32, k*PanelWidth-1), 0, 0, k) })
			assert.Panics(t, func() { p.Unpack(make([]float32, (k+1)*PanelWidth), 0, 0, k+1) })
		}
	})
}

// addedRow holds AddRow against Gemm with unpacked panels, bit for bit, with values that
// are not finite too.
func addedRow(t *testing.T, r *rand.Rand, p *PackedInt4) {
	b := Packed{K: p.K, N: p.N, Data: AlignedFloats(PackedLen(p.K, p.N))}
	for panel := range p.Panels() {
		p.Unpack(b.Data[panel*p.K*PanelWidth:], panel, 0, p.K)
	}
	for turn := range 4 {
		x := guarded(t, p.K, turn, turn%2 == 0)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		x[r.IntN(p.K)] = []float32{0, 1e38, float32(math.Inf(1)), float32(math.NaN())}[turn]
		want := make([]float32, p.N)
		for i := range want {
			want[i] = float32(r.NormFloat64())
		}
		first := r.IntN(p.Panels())
		got := guarded(t, (p.Panels()-first)*PanelWidth, 0, turn%2 == 1)
		clear(got)
		copy(got, want[first*PanelWidth:])
		(&Gemm{C: want, LDC: p.N, A: x, LDA: p.K, M: 1, B: &b, Accumulate: true, Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}).Run()
		p.AddRow(got, x, first, p.Panels())
		for i, w := range want[first*PanelWidth:] {
			require.True(t, math.Float32bits(w) == math.Float32bits(got[i]) || w != w && got[i] != got[i], "%d×%d turn %d column %d: %v, want %v", p.K, p.N, turn, i, got[i], w)
		}
	}
	assert.Panics(t, func() { p.AddRow(make([]float32, PanelWidth), make([]float32, p.K-1), 0, 1) })
	assert.Panics(t, func() { p.AddRow(make([]float32, PanelWidth-1), make([]float32, p.K), 0, 1) })
	assert.Panics(t, func() { p.AddRow(make([]float32, PanelWidth), make([]float32, p.K), p.Panels(), p.Panels()+1) })
}

func BenchmarkUnpackInt4(b *testing.B) {
	const k = 256
	p := NewPackedInt4(k, 16, make([]int32, k), 1, func(int, int) uint8 { return 3 }, func(int, int) float32 { return 2 }, func(int, int) float32 { return 1 })
	dst := AlignedFloats(k * PanelWidth)
	for b.Loop() {
		p.Unpack(dst, 0, 0, k)
	}
}

func BenchmarkInt4AddRow(b *testing.B) {
	const k, n = 512, 512
	p := NewPackedInt4(k, n, make([]int32, k), 1, func(k, n int) uint8 { return uint8(k + n) }, func(int, int) float32 { return 2 }, func(int, int) float32 { return 1 })
	acc, x := AlignedFloats(n), AlignedFloats(k)
	for b.Loop() {
		for panel := 0; panel < p.Panels(); panel += 4 {
			p.AddRow(acc[panel*PanelWidth:], x, panel, panel+4)
		}
	}
	b.ReportMetric(float64(k*n*b.N)/float64(b.Elapsed().Nanoseconds()), "weights/ns")
}
