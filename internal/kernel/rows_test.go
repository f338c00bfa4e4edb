package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// random returns n values in [-4, 4).
func random(n, seed int) []float32 {
	x := make([]float32, n)
	state := uint32(seed)*2654435761 + 1
	for i := range x {
		state = state*1664525 + 1013904223
		x[i] = (float32(state>>8)/(1<<24) - 0.5) * 8
	}
	return x
}

// atEdge copies x to the end of readable memory.
func atEdge(edge, x []float32) []float32 {
	g := edge[len(edge)-len(x):]
	copy(g, x)
	return g
}

// rowCase is a function of a rows by cols matrix that writes one as large.
type rowCase struct {
	name string
	run  func(dst, x, row, row2 []float32, rows, cols int)
}

var rowCases = []rowCase{
	{"SoftmaxRows", func(dst, x, _, _ []float32, rows, cols int) { SoftmaxRows(dst, x, rows, cols) }},
	{"LogSoftmaxRows", func(dst, x, _, _ []float32, rows, cols int) { LogSoftmaxRows(dst, x, rows, cols) }},
	{"SoftmaxGradRows", func(dst, x, _, _ []float32, rows, cols int) { SoftmaxGradRows(dst, x, x, rows, cols) }},
	{"LayerNormRows", func(dst, x, g, b []float32, rows, cols int) { LayerNormRows(dst, x, g, b, rows, cols, 1e-3) }},
	{"LayerNormRows gamma", func(dst, x, g, _ []float32, rows, cols int) { LayerNormRows(dst, x, g, nil, rows, cols, 1e-3) }},
	{"LayerNormRows beta", func(dst, x, _, b []float32, rows, cols int) { LayerNormRows(dst, x, nil, b, rows, cols, 1e-3) }},
	{"RMSNormRows", func(dst, x, g, _ []float32, rows, cols int) { RMSNormRows(dst, x, g, rows, cols, 1e-3) }},
	{"RMSNormRows plain", func(dst, x, _, _ []float32, rows, cols int) { RMSNormRows(dst, x, nil, rows, cols, 1e-3) }},
	{"AddRow", func(dst, x, g, _ []float32, _, _ int) { AddRow(dst, x, g) }},
	{"MulRow", func(dst, x, g, _ []float32, _, _ int) { MulRow(dst, x, g) }},
	{"MulAddRow", func(dst, x, g, b []float32, _, _ int) { MulAddRow(dst, x, g, b) }},
}

// TestRows holds every variant to the portable answers, at the end of readable
// memory, and requires that a row's bits are the same alone and in place.
func TestRows(t *testing.T) {
	const rows = 3
	var edge [4][]float32
	for i := range edge {
		edge[i] = guarded(t, rows*200, 0, false)
	}
	widths := []int{47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 200}
	for n := 1; n <= 41; n++ {
		widths = append(widths, n)
	}
	eachVariant(t, func(t *testing.T) {
		for _, c := range rowCases {
			for _, cols := range widths {
				x, g, b := random(rows*cols, cols), random(cols, 2), random(cols, 3)
				want := make([]float32, rows*cols)
				restore := Use(Generic)
				c.run(want, x, g, b, rows, cols)
				restore()
				ex, eg, eb := atEdge(edge[0], x), atEdge(edge[1], g), atEdge(edge[2], b)
				got := edge[3][len(edge[3])-rows*cols:]
				c.run(got, ex, eg, eb, rows, cols)
				assertNear(t, want, got, 3e-6, c.name)

				alone := make([]float32, cols)
				c.run(alone, x[cols:2*cols], g, b, 1, cols)
				requireSameBits(t, got[cols:2*cols], alone, c.name+" of one row")
				c.run(ex, ex, eg, eb, rows, cols)
				requireSameBits(t, got, ex, c.name+" in place")
			}
		}
	})
}

func TestSoftmaxSpecial(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachVariant(t, func(t *testing.T) {
		row := make([]float32, 21)
		for i := range row {
			row[i] = -inf
		}
		row[20] = -7
		SoftmaxRows(row, row, 1, 21)
		assert.Equal(t, float32(1), row[20])
		assert.Equal(t, float32(0), row[3])

		for _, bad := range []float32{nan, inf} {
			row = random(21, 1)
			row[17] = bad
			SoftmaxRows(row, row, 1, 21)
			assert.True(t, row[17] != row[17], "%g", bad)
		}
		all := []float32{-inf, -inf}
		SoftmaxRows(all, all, 1, 2)
		assert.True(t, all[0] != all[0])

		same := []float32{3, 3, 3, 3}
		SoftmaxRows(same, same, 1, 4)
		assert.Equal(t, []float32{0.25, 0.25, 0.25, 0.25}, same)
		SoftmaxRows(nil, nil, 0, 4)
		SoftmaxRows(nil, nil, 4, 0)
	})
}

// TestReductions checks every length against float64 and requires all
// assembly variants to agree to the bit, whatever the alignment.
func TestReductions(t *testing.T) {
	edgeA, edgeB := guarded(t, longest, 0, false), guarded(t, longest, 0, false)
	type answers struct{ sum, dot, most float32 }
	seen := map[int]answers{}
	eachVariant(t, func(t *testing.T) {
		for n := 0; n <= longest; n++ {
			a, b := random(n, n+1), random(n, n+2)
			ea, eb := atEdge(edgeA, a), atEdge(edgeB, b)
			got := answers{Sum(ea), Dot(ea, eb), MaxOf(ea)}
			var sum, dot float64
			most := float32(math.Inf(-1))
			for i, v := range a {
				sum += float64(v)
				dot += float64(v) * float64(b[i])
				most = max(most, v)
			}
			require.InDelta(t, sum, got.sum, 1e-3)
			require.InDelta(t, dot, got.dot, 1e-3)
			require.Equal(t, most, got.most)
			if Active() == Generic {
				continue
			}
			require.Equal(t, got, answers{Sum(a), Dot(a, b), MaxOf(a)}, "another alignment")
			if first, ok := seen[n]; ok {
				require.Equal(t, first, got, "length %d in another variant", n)
			}
			seen[n] = got
		}
	})
}

func TestMaxOfNaN(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		for n := 1; n < 70; n++ {
			x := random(n, n)
			for i := range x {
				old := x[i]
				x[i] = float32(math.NaN())
				require.True(t, MaxOf(x) != MaxOf(x), "%d of %d", i, n)
				x[i] = float32(math.Inf(1))
				require.Equal(t, x[i], MaxOf(x))
				x[i] = old
			}
		}
	})
}

func TestSumRows(t *testing.T) {
	edge, out := guarded(t, 7*300, 0, false), guarded(t, 300, 0, false)
	eachVariant(t, func(t *testing.T) {
		for _, rows := range []int{0, 1, 2, 7} {
			for cols := 1; cols < 300; cols += 1 + cols/40*7 {
				x := random(rows*cols, cols)
				want := make([]float32, cols)
				sumRowsGo(want, x, rows, cols)
				got := out[300-cols:]
				SumRows(got, atEdge(edge, x), rows, cols)
				requireSameBits(t, want, got, "SumRows")
			}
		}
	})
}

func TestCells(t *testing.T) {
	const most = 70
	var edge [4][]float32
	for i := range edge {
		edge[i] = guarded(t, 4*most, 0, false)
	}
	eachVariant(t, func(t *testing.T) {
		for units := 1; units <= most; units++ {
			z, hz := random(4*units, 1), random(3*units, 2)
			h, c := random(units, 3), random(units, 4)
			eh, ec := atEdge(edge[0], h), atEdge(edge[1], c)
			LSTMCell(eh, ec, atEdge(edge[2], z), units)
			lstmCellGo(h, c, z, units)
			assertNear(t, h, eh, 1e-6, "h of LSTMCell")
			assertNear(t, c, ec, 1e-6, "c of LSTMCell")

			h = random(units, 5)
			eh = atEdge(edge[0], h)
			GRUCell(eh, atEdge(edge[2], z[:3*units]), atEdge(edge[3], hz), units)
			gruCellGo(h, z, hz, units)
			assertNear(t, h, eh, 1e-6, "h of GRUCell")
		}
	})
}

// The derivatives of cells: what they change, and nothing behind it.
func TestCellGradients(t *testing.T) {
	const most = 70
	var edge [5][]float32
	for i := range edge {
		edge[i] = guarded(t, 4*most, 0, false)
	}
	eachVariant(t, func(t *testing.T) {
		for units := 1; units <= most; units++ {
			z, dc, dh, before, after := random(4*units, 1), random(units, 2), random(units, 3), random(units, 4), random(units, 5)
			if units > 3 {
				z[0], dh[1], after[2] = float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))
			}
			ez, edc := atEdge(edge[0], z), atEdge(edge[1], dc)
			LSTMCellGrad(ez, edc, atEdge(edge[2], dh), atEdge(edge[3], before), atEdge(edge[4], after), units)
			lstmCellGradGo(z, dc, dh, before, after, units)
			assertNear(t, z, ez, 4e-6, "z of LSTMCellGrad") // tanh of c squared is near 1
			assertNear(t, dc, edc, 4e-6, "dc of LSTMCellGrad")

			x, dz, d, q := random(3*units, 6), random(3*units, 7), random(units, 8), random(units, 9)
			ex, edz, ed := atEdge(edge[0], x), atEdge(edge[1], dz), atEdge(edge[2], d)
			GRUCellGrad(ex, edz, ed, atEdge(edge[3], q), atEdge(edge[4], before), units)
			gruCellGradGo(x, dz, d, q, before, units)
			assertNear(t, x, ex, 1e-6, "x of GRUCellGrad")
			assertNear(t, dz, edz, 1e-6, "dz of GRUCellGrad")
			assertNear(t, d, ed, 1e-6, "dh of GRUCellGrad")
		}
	})
}
