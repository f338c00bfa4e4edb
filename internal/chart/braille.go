package chart

import "math"

// Braille draws a series as a curve of dots, two columns and four rows to a
// character, for terminals: one string a line. The scale goes from lo to hi; a value
// outside lies on the edge, one that is not finite leaves a gap.
func Braille(values []float64, lo, hi float64, columns, rows int) []string {
	width, height := 2*columns, 4*rows
	cells := make([][]rune, rows)
	for r := range cells {
		cells[r] = make([]rune, columns)
		for c := range cells[r] {
			cells[r][c] = '\u2800'
		}
	}
	dot := func(x, y int) {
		// The dots of a character: 1 to 3 and 7 down the left, 4 to 6 and 8 down the right.
		bits := [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}
		cells[y/4][x/2] |= bits[x%2][y%4]
	}
	place := func(v float64) int {
		share := (v - lo) / (hi - lo)
		if !(hi > lo) {
			share = 0.5
		}
		return int(math.Round((1 - math.Min(math.Max(share, 0), 1)) * float64(height-1)))
	}
	last := -1
	for x := range width {
		at := 0.0
		if len(values) > 1 {
			at = float64(x) / float64(width-1) * float64(len(values)-1)
		}
		v := between(values, at)
		if !isFinite(v) {
			last = -1
			continue
		}
		y := place(v)
		if last < 0 {
			last = y
		}
		for k := min(y, last); k <= max(y, last); k++ { // steep curves have no holes
			if k != last || y == last {
				dot(x, k)
			}
		}
		last = y
	}
	out := make([]string, rows)
	for r, line := range cells {
		out[r] = string(line)
	}
	return out
}

// between is the value at a place between elements, on the straight line.
func between(values []float64, at float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	i := min(int(at), len(values)-1)
	if i == len(values)-1 || at == float64(i) {
		return values[i]
	}
	share := at - float64(i)
	return values[i]*(1-share) + values[i+1]*share
}
