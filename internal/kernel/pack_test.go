package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPack(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(15, 16))
		for range 100 {
			k, n := rng.IntN(40), rng.IntN(60)
			for _, strides := range [][2]int{{n + 3, 1}, {1, k + 2}, {2, 2*k + 1}, {0, 1}, {1, 0}} {
				size := 0
				if k > 0 && n > 0 {
					size = (k-1)*strides[0] + (n-1)*strides[1] + 1
				}
				b := randomFloats(rng, guarded(t, size, 0, rng.IntN(2) == 0))
				dst := randomFloats(rng, guarded(t, PackedLen(k, n), 0, rng.IntN(2) == 0))
				Pack(dst, b, k, n, strides[0], strides[1])
				for at, got := range dst {
					i, j := at%(k*PanelWidth)/PanelWidth, at/(k*PanelWidth)*PanelWidth+at%PanelWidth
					var want float32
					if j < n {
						want = b[i*strides[0]+j*strides[1]]
					}
					if got != want {
						require.Equal(t, want, got, "%d×%d strides %v at (%d, %d)", k, n, strides, i, j)
					}
				}
			}
		}
	})
}

func TestPackPanel(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(17, 18))
		for range 200 {
			rows, width := rng.IntN(20), rng.IntN(PanelWidth+1)
			stride := width + rng.IntN(3)
			src := randomFloats(rng, guarded(t, max(0, (rows-1)*stride+width), 0, rng.IntN(2) == 0))
			dst := guarded(t, max(0, (rows-1)*PanelWidth+width), 0, rng.IntN(2) == 0)
			clear(dst)
			PackPanel(dst, src, rows, width, stride)
			for at, got := range dst {
				var want float32
				if i, j := at/PanelWidth, at%PanelWidth; j < width {
					want = src[i*stride+j]
				}
				require.Equal(t, want, got, "%d rows of %d, %d apart, at %d", rows, width, stride, at)
			}
		}
		assert.Panics(t, func() { PackPanel(make([]float32, 16), make([]float32, 15), 1, 16, 16) })
		assert.Panics(t, func() { PackPanel(make([]float32, 31), make([]float32, 32), 2, 16, 16) })
		assert.Panics(t, func() { PackPanel(make([]float32, 64), make([]float32, 64), 1, 17, 17) })
	})
}

// TestPackInBlocks holds a matrix of several blocks against its elements, packed at once
// and by rows, and unpacked again.
func TestPackInBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	for _, d := range [][2]int{{1, 1}, {70, 5}, {1500, 3}, {300, 100}, {37, 1500}, {9, 9001}} {
		k, n := d[0], d[1]
		b := randomFloats(rng, guarded(t, k*n, 0, true))
		all := NewPacked(b, k, n, n, 1)
		for at, got := range all.Data {
			i, j := at%(k*PanelWidth)/PanelWidth, at/(k*PanelWidth)*PanelWidth+at%PanelWidth
			var want float32
			if j < n {
				want = b[i*n+j]
			}
			if got != want {
				require.Equal(t, want, got, "%d×%d at (%d, %d)", k, n, i, j)
			}
		}
		rows := Packed{K: k, N: n, Data: guarded(t, PackedLen(k, n), 0, true)}
		for at := 0; at < k; {
			to := min(at+1+rng.IntN(k), k)
			rows.SetRows(at, b[at*n:to*n])
			at = to
		}
		assert.Equal(t, all.Data, rows.Data)
		back := guarded(t, k*n, 0, true)
		rows.Unpack(back)
		assert.Equal(t, b, back)
	}
}

func TestTranspose(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(17, 18))
		for range 300 {
			rows, cols := 1+rng.IntN(40), 1+rng.IntN(40)
			srcStride, dstStride := cols+rng.IntN(3), rows+rng.IntN(3)
			src := randomFloats(rng, guarded(t, (rows-1)*srcStride+cols, rng.IntN(4), rng.IntN(2) == 0))
			dst := guarded(t, (cols-1)*dstStride+rows, rng.IntN(4), rng.IntN(2) == 0)
			for i := range dst {
				dst[i] = canary
			}
			Transpose(dst, src, rows, cols, srcStride, dstStride)
			for at, got := range dst {
				i, j, want := at%dstStride, at/dstStride, canary
				if i < rows {
					want = src[i*srcStride+j]
				}
				if got != want {
					require.Equal(t, want, got, "%d×%d at (%d, %d)", rows, cols, i, j)
				}
			}
		}
	})
}

func TestPackingRefusesShortSlices(t *testing.T) {
	assert.Panics(t, func() { Pack(make([]float32, 31), make([]float32, 6), 2, 3, 3, 1) })
	assert.Panics(t, func() { Pack(make([]float32, 32), make([]float32, 5), 2, 3, 3, 1) })
	assert.Panics(t, func() { Pack(make([]float32, 32), make([]float32, 6), 2, 3, -3, 1) })
	assert.Panics(t, func() { PackedLen(math.MaxInt/2, math.MaxInt/2) })
	assert.Panics(t, func() { PackedLen(-1, 1) })
	p := &Packed{K: 2, N: 3, Data: make([]float32, 32)}
	assert.Panics(t, func() { p.SetRows(1, make([]float32, 6)) })
	assert.Panics(t, func() { p.SetRows(-1, make([]float32, 3)) })
	assert.Panics(t, func() { p.SetRows(0, make([]float32, 4)) })
	assert.Panics(t, func() { p.Unpack(make([]float32, 5)) })
	assert.Panics(t, func() { Transpose(make([]float32, 5), make([]float32, 6), 2, 3, 3, 2) })
	assert.Panics(t, func() { Transpose(make([]float32, 6), make([]float32, 5), 2, 3, 3, 2) })
}

func TestAlignedFloats(t *testing.T) {
	for n := range 70 {
		s := AlignedFloats(n)
		require.Len(t, s, n)
		if n > 0 {
			require.Zero(t, uintptr(unsafe.Pointer(&s[0]))%64)
			require.Equal(t, n, cap(s))
		}
	}
}

func TestPeak(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		assert.Greater(t, PeakGFLOPS(), 0.0)
	})
}
