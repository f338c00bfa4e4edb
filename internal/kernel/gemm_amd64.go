//go:build !noasm

package kernel

// tileWidth returns the widest tile of that many rows, in panels, for n panels
// that lie stride bytes apart.
func tileWidth(rows, n int, stride uintptr) int {
	if active == AVX512 {
		// One row only reads B. Eight panels whole pages apart meet in the same
		// sets of the first-level cache; when B is read from the second level,
		// four are faster: on Zen 4 by a tenth, close to what it delivers.
		if rows == 1 && stride%4096 == 0 && uintptr(n)*stride > 32<<10 {
			return 4
		}
		return tileWidthsAVX512[rows]
	}
	return tileWidthsAVX2[rows]
}

// halfTile reports whether there is a tile of that many rows and half a panel. On AVX-512
// that would be half a vector.
func halfTile(rows int) bool { return active == AVX2 && rows >= 5 }

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
