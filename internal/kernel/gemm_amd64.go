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
	// One panel by five or six rows has too few wide vectors in it: on Zen 4 the
	// broadcasts of A bound it, and AVX2 is faster by a third.
	narrow := panels == 1 && rows >= 5
	if active == AVX512 && !narrow {
		runTileAVX512(t, rows, panels)
	} else {
		runTileAVX2(t, rows, panels)
	}
}
