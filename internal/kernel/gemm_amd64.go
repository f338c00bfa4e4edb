//go:build !noasm

package kernel

// tileWidth returns the widest register tile of that many rows, in panels, that
// is not wider than `panels`. The tiles are those of gen/gemm.go.
func tileWidth(rows, panels int) int {
	widths := &tileWidthsAVX2
	if active == AVX512 {
		widths = &tileWidthsAVX512
	}
	for _, w := range widths[rows] {
		if w <= panels {
			return w
		}
	}
	return 1
}

var (
	tileWidthsAVX2   = [rowBlock + 1][2]int{1: {4, 1}, 2: {2, 1}, 3: {2, 1}, 4: {1, 1}, 5: {1, 1}, 6: {1, 1}}
	tileWidthsAVX512 = [rowBlock + 1][2]int{1: {8, 2}, 2: {4, 1}, 3: {4, 1}, 4: {4, 1}, 5: {2, 1}, 6: {2, 1}}
)

// runTile calls the routine for that register tile.
func runTile(t *tile, rows, panels int) {
	if active == AVX512 {
		switch rows<<4 | panels {
		case 0x18:
			gemm1x8AVX512(t)
		case 0x12:
			gemm1x2AVX512(t)
		case 0x11:
			gemm1x1AVX512(t)
		case 0x24:
			gemm2x4AVX512(t)
		case 0x21:
			gemm2x1AVX512(t)
		case 0x34:
			gemm3x4AVX512(t)
		case 0x31:
			gemm3x1AVX512(t)
		case 0x44:
			gemm4x4AVX512(t)
		case 0x41:
			gemm4x1AVX512(t)
		case 0x52:
			gemm5x2AVX512(t)
		case 0x51:
			gemm5x1AVX512(t)
		case 0x62:
			gemm6x2AVX512(t)
		case 0x61:
			gemm6x1AVX512(t)
		default:
			panic("kernel: no such tile")
		}
		return
	}
	switch rows<<4 | panels {
	case 0x14:
		gemm1x4AVX2(t)
	case 0x11:
		gemm1x1AVX2(t)
	case 0x22:
		gemm2x2AVX2(t)
	case 0x21:
		gemm2x1AVX2(t)
	case 0x32:
		gemm3x2AVX2(t)
	case 0x31:
		gemm3x1AVX2(t)
	case 0x41:
		gemm4x1AVX2(t)
	case 0x51:
		gemm5x1AVX2(t)
	case 0x61:
		gemm6x1AVX2(t)
	default:
		panic("kernel: no such tile")
	}
}

//go:noescape
func gemm1x4AVX2(t *tile)

//go:noescape
func gemm1x1AVX2(t *tile)

//go:noescape
func gemm2x2AVX2(t *tile)

//go:noescape
func gemm2x1AVX2(t *tile)

//go:noescape
func gemm3x2AVX2(t *tile)

//go:noescape
func gemm3x1AVX2(t *tile)

//go:noescape
func gemm4x1AVX2(t *tile)

//go:noescape
func gemm5x1AVX2(t *tile)

//go:noescape
func gemm6x1AVX2(t *tile)

//go:noescape
func gemm1x8AVX512(t *tile)

//go:noescape
func gemm1x2AVX512(t *tile)

//go:noescape
func gemm1x1AVX512(t *tile)

//go:noescape
func gemm2x4AVX512(t *tile)

//go:noescape
func gemm2x1AVX512(t *tile)

//go:noescape
func gemm3x4AVX512(t *tile)

//go:noescape
func gemm3x1AVX512(t *tile)

//go:noescape
func gemm4x4AVX512(t *tile)

//go:noescape
func gemm4x1AVX512(t *tile)

//go:noescape
func gemm5x2AVX512(t *tile)

//go:noescape
func gemm5x1AVX512(t *tile)

//go:noescape
func gemm6x2AVX512(t *tile)

//go:noescape
func gemm6x1AVX512(t *tile)
