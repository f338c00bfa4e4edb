package kernel

// Winograd's minimal filtering F(2×2, 3×3) (Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", 2016) computes 2×2 outputs of a 3×3
// convolution from 4×4 inputs with 16 products instead of 36. Inputs, kernels
// and sums each make 16 matrices, planes, that are multiplied one by one:
//
//	U = G·k·Gᵀ    V = Bᵀ·d·B    Y = Aᵀ·(U·V)·A
//
//	G = | 1   0   0 |    Bᵀ = | 1  0 -1  0 |    Aᵀ = | 1  1  1  0 |
//	    | ½   ½   ½ |         | 0  1  1  0 |         | 0  1 -1 -1 |
//	    | ½  -½   ½ |         | 0 -1  1  0 |
//	    | 0   0   1 |         | 0  1  0 -1 |

// WinogradPlanes is the number of products for one tile.
const WinogradPlanes = 16

// winogradSlab is about how many numbers of a plane are made at a time: all planes of
// them stay in cache until they are packed.
const winogradSlab = 1024

// WinogradKernel packs the 16 matrices U, each channels by filters, of a 3×3 kernel
// with the axes (row, column, channel, filter).
func WinogradKernel(planes *[WinogradPlanes]*Packed, k []float32) {
	channels, filters := planes[0].K, planes[0].N
	step := max(1, min(winogradSlab/filters, channels))
	room := make([]float32, (12+WinogradPlanes)*step*filters)
	for c := 0; c < channels; c += step {
		n := min(step, channels-c) * filters
		half := func(i, j int) []float32 { return room[(i*3+j)*n:][:n] } // G·k: 4 by 3
		full := func(i, j int) []float32 { return room[(12+i*4+j)*n:][:n] }
		for j := range 3 {
			tap := func(i int) []float32 { return k[((i*3+j)*channels+c)*filters:][:n] }
			winogradSides(half(0, j), half(1, j), half(2, j), half(3, j), tap(0), tap(1), tap(2))
		}
		for i := range 4 {
			winogradSides(full(i, 0), full(i, 1), full(i, 2), full(i, 3), half(i, 0), half(i, 1), half(i, 2))
		}
		for p, to := range planes {
			to.SetRows(c, full(p/4, p%4))
		}
	}
}

// winogradSides multiplies a column of three by G.
func winogradSides(u0, u1, u2, u3, k0, k1, k2 []float32) {
	copy(u0, k0)
	Add(u1, k0, k2)
	Sub(u2, u1, k1)
	Add(u1, u1, k1)
	MulScalar(u1, u1, 0.5)
	MulScalar(u2, u2, 0.5)
	copy(u3, k2)
}

// WinogradInput writes V of neighbouring tiles of one row of tiles: tile t's
// value for channel c goes to dst[plane*planeStride + t*channels + c]. Its 4×4
// pixels start at src[2*t*channels], a row is pitch floats behind the last.
func WinogradInput(dst, src []float32, tiles, channels, pitch, planeStride int) {
	if tiles <= 0 || channels <= 0 {
		return
	}
	_ = dst[(WinogradPlanes-1)*planeStride+tiles*channels-1]
	_ = src[3*pitch+(2*tiles+2)*channels-1]
	if f := vec().winogradInput; f != nil {
		f(&dst[0], &src[0], tiles, channels, 4*pitch, 4*planeStride)
		return
	}
	winogradInputGo(dst, src, tiles, channels, pitch, planeStride)
}

func winogradInputGo(dst, src []float32, tiles, channels, pitch, planeStride int) {
	for t := range tiles {
		for c := range channels {
			var d, v [4][4]float32
			for i := range 4 {
				for j := range 4 {
					d[i][j] = src[i*pitch+(2*t+j)*channels+c]
				}
			}
			for j := range 4 {
				v[0][j], v[1][j] = d[0][j]-d[2][j], d[1][j]+d[2][j]
				v[2][j], v[3][j] = d[2][j]-d[1][j], d[1][j]-d[3][j]
			}
			at := t*channels + c
			for i, r := range v {
				for j, x := range [4]float32{r[0] - r[2], r[1] + r[2], r[2] - r[1], r[1] - r[3]} {
					dst[(i*4+j)*planeStride+at] = x
				}
			}
		}
	}
}

// WinogradOutput writes the 2×2 outputs of neighbouring tiles: those of tile t
// start at dst[2*t*filters], the second row is pitch floats behind the first.
// Each is the tile's sum plus the bias, which may be nil, bounded by lo and hi.
// The planes of src are as WinogradInput leaves them, with filters in the place
// of channels.
func WinogradOutput(dst, src, bias []float32, tiles, filters, pitch, planeStride int, lo, hi float32) {
	if tiles <= 0 || filters <= 0 {
		return
	}
	_ = src[(WinogradPlanes-1)*planeStride+tiles*filters-1]
	_ = dst[pitch+2*tiles*filters-1]
	if bias != nil {
		bias = bias[:filters]
	}
	if f := vec().winogradOutput; f != nil {
		f(&dst[0], &src[0], first(bias), tiles, filters, 4*pitch, 4*planeStride, lo, hi)
		return
	}
	winogradOutputGo(dst, src, bias, tiles, filters, pitch, planeStride, lo, hi)
}

func winogradOutputGo(dst, src, bias []float32, tiles, filters, pitch, planeStride int, lo, hi float32) {
	for t := range tiles {
		for f := range filters {
			var s [2][4]float32
			for j := range 4 {
				m := func(i int) float32 { return src[(i*4+j)*planeStride+t*filters+f] }
				s[0][j] = m(0) + m(1) + m(2)
				s[1][j] = m(1) - m(2) - m(3)
			}
			b := float32(0)
			if bias != nil {
				b = bias[f]
			}
			for i, r := range s {
				y := [2]float32{r[0] + r[1] + r[2] + b, r[1] - r[2] - r[3] + b}
				clampGo(y[:], y[:], lo, hi)
				for j, x := range y {
					dst[i*pitch+(2*t+j)*filters+f] = x
				}
			}
		}
	}
}
