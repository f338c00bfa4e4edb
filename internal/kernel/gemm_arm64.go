//go:build !noasm

package kernel

// tileWidth returns the widest tile of that many rows, in panels.
func tileWidth(rows, _ int, _ uintptr) int { return tileWidthsNEON[rows] }

// halfTile reports whether there is a tile of that many rows and half a panel.
func halfTile(int) bool { return false }

// runTile calls the routine for that many rows and panels.
func runTile(t *tile, rows, panels int) { runTileNEON(t, rows, panels) }
