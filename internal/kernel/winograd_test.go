package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWinogradTransforms(t *testing.T) {
	const tiles = 3
	inf := float32(math.Inf(1))
	edgeSrc, edgeDst := guarded(t, 4*8*70, 0, false), guarded(t, WinogradPlanes*tiles*70, 0, false)
	eachVariant(t, func(t *testing.T) {
		for c := 1; c <= 70; c += 1 + c/20*6 {
			pitch, plane := (2*tiles+2)*c, tiles*c
			src, want := mixed(4*pitch, c), make([]float32, WinogradPlanes*plane)
			winogradInputGo(want, src, tiles, c, pitch, plane)
			dst := edgeDst[len(edgeDst)-len(want):]
			WinogradInput(dst, atEdge(edgeSrc, src), tiles, c, pitch, plane)
			requireSameBits(t, want, dst, "input")

			bias := mixed(c, 3)
			for _, b := range [][]float32{nil, bias} {
				src, want := mixed(WinogradPlanes*plane, c), make([]float32, 2*2*tiles*c)
				winogradOutputGo(want, src, b, tiles, c, 2*tiles*c, plane, 0, inf)
				dst := edgeSrc[len(edgeSrc)-len(want):]
				WinogradOutput(dst, atEdge(edgeDst, src), b, tiles, c, 2*tiles*c, plane, 0, inf)
				requireSameBits(t, want, dst, "output")
			}
		}
	})
}

// TestWinogradIsConvolution holds the transformations together against the sum
// that they replace, with kernels that are packed in one piece and in several.
func TestWinogradIsConvolution(t *testing.T) {
	for _, filters := range []int{3, winogradSlab/2 - 7} {
		winogradIsConvolution(t, filters)
	}
}

func winogradIsConvolution(t *testing.T, filters int) {
	const tiles, channels = 2, 5
	const width = 2*tiles + 2
	x, k := make([]float32, 4*width*channels), make([]float32, 9*channels*filters)
	for i := range x {
		x[i] = float32(i*7%13) - 6
	}
	for i := range k {
		k[i] = float32(i*5%11) - 5
	}
	var u [WinogradPlanes]*Packed
	for p := range u {
		u[p] = &Packed{K: channels, N: filters, Data: AlignedFloats(PackedLen(channels, filters))}
	}
	v := make([]float32, WinogradPlanes*tiles*channels)
	m, y := make([]float32, WinogradPlanes*tiles*filters), make([]float32, 2*2*tiles*filters)
	WinogradKernel(&u, k)
	WinogradInput(v, x, tiles, channels, width*channels, tiles*channels)
	inf := float32(math.Inf(1))
	for p := range WinogradPlanes {
		g := Gemm{C: m[p*tiles*filters:], LDC: filters, A: v[p*tiles*channels:], LDA: channels, M: tiles,
			B: u[p], Min: -inf, Max: inf}
		g.Run()
	}
	WinogradOutput(y, m, nil, tiles, filters, 2*tiles*filters, tiles*filters, -inf, inf)
	for r := range 2 {
		for col := range 2 * tiles {
			for f := range filters {
				want := float32(0)
				for i := range 3 {
					for j := range 3 {
						for c := range channels {
							want += x[((r+i)*width+col+j)*channels+c] * k[((i*3+j)*channels+c)*filters+f]
						}
					}
				}
				require.InDelta(t, want, y[(r*2*tiles+col)*filters+f], 1e-3)
			}
		}
	}
}
