package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// guardedOf is guarded for smaller elements: n of them, which end, or start, at the
// page that faults.
func guardedOf[T int8 | uint8 | int16 | int32](t testing.TB, n int, atStart bool) []T {
	size := int(unsafe.Sizeof(T(0)))
	words := (n*size + 3) / 4
	mem := guarded(t, words, 0, atStart)
	all := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(mem))), words*4/size)
	if atStart {
		return all[:n:n]
	}
	return all[len(all)-n:]
}

// int8Filling is how the operands of a product are filled: at random, or all with
// the values at which an instruction that saturates would.
var int8Filling = map[string]func(r *rand.Rand, i int) (a int16, b int8){
	"random":   func(r *rand.Rand, _ int) (int16, int8) { return int16(r.IntN(255) - 127), int8(r.IntN(256) - 128) },
	"most":     func(*rand.Rand, int) (int16, int8) { return 127, 127 },
	"least":    func(*rand.Rand, int) (int16, int8) { return -127, -128 },
	"opposite": func(*rand.Rand, int) (int16, int8) { return 127, -128 },
	"turns":    func(_ *rand.Rand, i int) (int16, int8) { return int16(127 - 254*(i%2)), int8(127 - 255*(i%2)) },
}

func TestIntProduct(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for name, fill := range int8Filling {
			for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 11, 13} {
				for _, k := range []int{0, 1, 2, 3, 7, 32, 65} {
					for _, n := range []int{1, 5, 15, 16, 17, 33, 50} {
						checkIntProduct(t, r, fmt.Sprint(name, m, k, n), m, k, n, fill)
					}
				}
			}
		}
		checkIntProduct(t, r, "deep", 7, 5001, 18, int8Filling["most"])
	})
}

func checkIntProduct(t *testing.T, r *rand.Rand, what string, m, k, n int, fill func(r *rand.Rand, i int) (int16, int8)) {
	start := r.IntN(2) == 0
	k2, panels := EvenUp(k), (n+PanelWidth-1)/PanelWidth
	flat := make([]int8, k*n)
	a := guardedOf[int16](t, m*k2, start)
	for i := range flat {
		_, flat[i] = fill(r, i/n)
	}
	for i := range a {
		if a[i] = 0; i%max(k2, 1) < k {
			a[i], _ = fill(r, i%k2)
		}
	}
	b := &PackedInt8{K: k, N: n, Data: guardedOf[int8](t, PackedInt8Len(k, n), start)}
	PackInt8(b.Data, flat, k, n, n, 1)
	ldc := panels*PanelWidth + 3
	c := guardedOf[int32](t, (m-1)*ldc+panels*PanelWidth, start)
	for i := range c {
		c[i] = -7
	}
	g := IntProduct{C: c, LDC: ldc, A: a, M: m, B: b}
	g.Run()
	for i := range m {
		for j := range panels * PanelWidth {
			want := int32(0)
			for x := 0; x < k && j < n; x++ {
				want += int32(a[i*k2+x]) * int32(flat[x*n+j])
			}
			require.Equal(t, want, c[i*ldc+j], "%s: row %d, column %d", what, i, j)
		}
		if i+1 < m {
			require.Equal(t, []int32{-7, -7, -7}, c[i*ldc+panels*PanelWidth:][:3], what)
		}
	}
	if panels > 2 { // a part of the panels leaves the others
		part := make([]int32, len(c))
		g.C, g.PanelLo, g.PanelHi = part, 1, 2
		g.Run()
		for i, v := range part {
			if j := i % ldc; j >= PanelWidth && j < 2*PanelWidth {
				require.Equal(t, c[i], v, what)
			} else {
				require.Zero(t, v, what)
			}
		}
	}
}

func TestPackInt8Strides(t *testing.T) {
	b := []int8{1, 2, 3, 4, 5, 6}
	rows, columns := make([]int8, PackedInt8Len(3, 2)), make([]int8, PackedInt8Len(3, 2))
	PackInt8(rows, b, 3, 2, 2, 1)
	PackInt8(columns, []int8{1, 3, 5, 2, 4, 6}, 3, 2, 1, 3)
	assert.Equal(t, rows, columns)
	assert.Equal(t, []int8{1, 3, 2, 4}, rows[:4])
	assert.Equal(t, []int8{5, 0, 6, 0}, rows[32:36])
	assert.Panics(t, func() { PackInt8(rows[:63], b, 3, 2, 2, 1) })
	assert.Panics(t, func() { PackInt8(rows, b[:5], 3, 2, 2, 1) })
}

func TestIntProductPanics(t *testing.T) {
	good := func() *IntProduct {
		return &IntProduct{C: make([]int32, 64), LDC: 32, A: make([]int16, 8), M: 2, B: &PackedInt8{K: 3, N: 17, Data: make([]int8, 128)}}
	}
	assert.NotPanics(t, good().Run)
	for _, spoil := range []func(*IntProduct){
		func(g *IntProduct) { g.C = g.C[:63] },
		func(g *IntProduct) { g.A = g.A[:7] },
		func(g *IntProduct) { g.LDC = 31 },
		func(g *IntProduct) { g.M = -1 },
		func(g *IntProduct) { g.B.Data = g.B.Data[:127] },
		func(g *IntProduct) { g.PanelHi = 3 },
	} {
		g := good()
		spoil(g)
		assert.Panics(t, g.Run)
	}
}

// TestQuantizeRow holds every form against the pure Go one: halves, ends, NaN and
// infinities.
func TestQuantizeRow(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for n := 0; n < 70; n++ {
			for _, kind := range []string{"random", "halves", "nan", "inf", "zeros", "tiny"} {
				x := guarded(t, n, 0, n%2 == 0)
				largest := float32(0)
				for i := range x {
					switch kind {
					case "halves":
						x[i] = float32(r.IntN(255)-127) / 2
					case "zeros":
						x[i] = 0
					case "tiny":
						x[i] = math.Float32frombits(r.Uint32() & 0x80ffffff)
					default:
						x[i] = float32(r.NormFloat64())
					}
					largest = max(largest, max(x[i], -x[i]))
				}
				want := 127 / (largest + 1e-7)
				if n > 0 && kind == "nan" {
					x[r.IntN(n)], want = float32(math.NaN()), float32(math.NaN())
				}
				if n > 0 && kind == "inf" {
					x[r.IntN(n)], want = float32(math.Inf(-1)), 0
				}
				dst := guardedOf[int16](t, EvenUp(n), n%3 == 0)
				scale := QuantizeRow(dst, x)
				require.True(t, sameFloat(want, scale), "%s of %d: %v, not %v", kind, n, scale, want)
				for i, v := range x {
					q := math.Max(-127, math.Min(127, math.RoundToEven(float64(float32(v*scale)))))
					if math.IsNaN(q) {
						q = 0
					}
					require.Equal(t, int16(q), dst[i], "%s of %d", kind, n)
				}
				if n%2 == 1 {
					require.Zero(t, dst[n])
				}
			}
		}
	})
	assert.Panics(t, func() { QuantizeRow(make([]int16, 3), make([]float32, 3)) })
}

func TestRescale(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for n := 1; n < 40; n++ {
			acc, scale, bias := guardedOf[int32](t, n, n%2 == 0), guarded(t, n, 0, false), guarded(t, n, 0, n%2 == 1)
			for i := range n {
				acc[i], scale[i], bias[i] = int32(r.Uint32()), float32(r.NormFloat64()), float32(r.NormFloat64())
			}
			acc[r.IntN(n)], scale[r.IntN(n)], bias[r.IntN(n)] = 0, 0, float32(math.Copysign(0, -1))
			for _, row := range []float32{3, 0, float32(math.NaN())} {
				for _, lo := range []float32{-inf, 0} {
					for _, b := range [][]float32{nil, bias} {
						dst := guarded(t, n, 0, n%2 == 0)
						Rescale(dst, acc, scale, b, row, lo, inf)
						for i, v := range dst {
							want := float32(acc[i]) / float32(scale[i]*row)
							if b != nil {
								want += b[i]
							}
							if want < lo {
								want = lo
							}
							require.True(t, sameFloat(want, v) && math.Signbit(float64(want)) == math.Signbit(float64(v)) || want != want, "%v, not %v", v, want)
						}
					}
				}
			}
		}
	})
	assert.Panics(t, func() { Rescale(make([]float32, 2), make([]int32, 1), make([]float32, 2), nil, 1, 0, 1) })
}

// BenchmarkIntProduct stands beside the float product of the same sizes.
func BenchmarkIntProduct(b *testing.B) {
	for _, m := range []int{1, 6, 48, 256} {
		const k, n = 784, 512
		x := make([]float32, m*k)
		for i := range x {
			x[i] = float32(i % 77)
		}
		g := Gemm{C: make([]float32, m*n), LDC: n, A: x, LDA: k, M: m, B: NewPacked(x[:k], k, n, 0, 0), Min: -inf, Max: inf}
		q := IntProduct{C: make([]int32, m*n), LDC: n, A: make([]int16, m*k), M: m, B: &PackedInt8{K: k, N: n, Data: make([]int8, PackedInt8Len(k, n))}}
		scale := make([]float32, n)
		b.Run(fmt.Sprintf("float/%d", m), func(b *testing.B) {
			for b.Loop() {
				g.Run()
			}
		})
		b.Run(fmt.Sprintf("int/%d", m), func(b *testing.B) {
			for b.Loop() {
				q.Run()
			}
		})
		b.Run(fmt.Sprintf("rows/%d", m), func(b *testing.B) {
			for b.Loop() {
				for i := range m {
					s := QuantizeRow(q.A[i*k:], x[i*k:][:k])
					Rescale(g.C[i*n:][:n], q.C[i*n:], scale, scale, s, 0, inf)
				}
			}
		})
	}
}
