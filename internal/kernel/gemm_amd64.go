//go:build !noasm

package kernel

// tileWidth returns the widest tile of that many rows, in panels.
func tileWidth(rows int) int {
	if active == AVX512 {
		return tileWidthsAVX512[rows]
	}
	return tileWidthsAVX2[rows]
}

// runTile calls the routine for that many rows and panels.
func runTile(t *tile, rows, panels int) {
	if active == AVX512 {
		runTileAVX512(t, rows, panels)
	} else {
		runTileAVX2(t, rows, panels)
	}
}
