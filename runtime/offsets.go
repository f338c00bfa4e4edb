package runtime

import (
	"fmt"
	"math"
)

// maxTable bounds the entries of a table of offsets.
const maxTable = 1 << 28

// gatherBlock is the number of rows that kernel.Indirect takes together.
const gatherBlock = 6

// checkTable refuses geometries whose tables would not fit: the offsets are 32
// bits wide.
func (a *operands) checkTable(pixels, taps, floats int) error {
	if taps > 0 && pixels > maxTable/taps {
		return &ShapeError{Wanted: fmt.Sprintf("at most %d pairs of output and tap", maxTable), Received: fmt.Sprintf("%d times %d", pixels, taps)}
	}
	a.taken += 4 * pixels * taps
	if err := a.shared.checkMemory(a.taken); err != nil {
		return err
	}
	if floats > math.MaxInt32 {
		return &ShapeError{Wanted: "images of less than 2^31 numbers", Received: fmt.Sprint(floats)}
	}
	return nil
}

// walk calls f for every place of the window and every tap, in row-major order,
// with the place in the data, or -1. It ends early when the call has to end.
func (g geometry) walk(w *watch, f func(place, tap, at int)) {
	place := 0
	for z := range g[0].out {
		for y := range g[1].out {
			if w.err() != nil {
				return
			}
			for x := range g[2].out {
				tap := 0
				for i := range g[0].size {
					iz := g[0].at(z, i)
					for j := range g[1].size {
						iy := g[1].at(y, j)
						for k := range g[2].size {
							at := -1
							if ix := g[2].at(x, k); iz >= 0 && iy >= 0 && ix >= 0 {
								at = (iz*g[1].in+iy)*g[2].in + ix
							}
							f(place, tap, at)
							tap++
						}
					}
				}
				place++
			}
		}
	}
}

// table returns for every place of the window and every tap the index of the
// place in the data times scale, or -1: the tables of kernel.Pool and
// kernel.Depthwise.
func (g geometry) table(w *watch, scale int) []int32 {
	t := make([]int32, g.pixels()*g.taps())
	taps := g.taps()
	g.walk(w, func(place, tap, at int) {
		t[place*taps+tap] = offset(at, scale)
	})
	return t
}

func offset(at, scale int) int32 {
	if at < 0 {
		return -1
	}
	return int32(at * scale)
}

// gatherTable makes a table of kernel.Indirect: images copies of the places of
// one image that fill takes, stride apart, with segs runs each.
func gatherTable(images, rows, segs, stride int, fill func(set func(row, seg, offset int))) []int32 {
	total := images * rows
	t := make([]int32, (total+gatherBlock-1)/gatherBlock*gatherBlock*segs)
	for i := range t {
		t[i] = -1
	}
	fill(func(row, seg, offset int) {
		if offset < 0 {
			return
		}
		for n := range images {
			r := n*rows + row
			t[(r/gatherBlock*segs+seg)*gatherBlock+r%gatherBlock] = int32(offset + n*stride)
		}
	})
	return t
}
