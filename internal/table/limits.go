package table

import (
	"fmt"

	"github.com/kerasrun/kerasrun/keras"
)

func tooLong(limit int) error {
	return fmt.Errorf("a row must be at most %d bytes of text, received more", limit)
}

// recordBytes is what a row may take as text: a megabyte, and 64 bytes for each
// element, of which an axis of unknown size may have 65,536.
func recordBytes(w *Wanted) int {
	const least, element, unknown, most = 1 << 20, 64, 1 << 16, 1 << 30
	total := least
	for _, p := range append(w.Inputs[:len(w.Inputs):len(w.Inputs)], w.Outputs...) {
		n := element
		for _, d := range rowShape(p) {
			if d < 0 {
				d = unknown
			}
			if d > 0 && n > most/d {
				return most
			}
			n *= d
		}
		total = min(total+n, most)
	}
	return total
}

// batchBytes bounds the memory of rows that come together, where the inputs do
// not say how large a row is.
const batchBytes = 64 << 20

// BatchRows is how many rows are computed at once: what was asked for, or what the
// model was built for, or what keeps memory small.
func BatchRows(p *keras.Program, asked int) int {
	if asked > 0 {
		return asked
	}
	for _, in := range p.Inputs() {
		if len(in.Shape) > 0 && in.Shape[0] > 0 {
			return in.Shape[0]
		}
	}
	const memory, most = 16 << 20, 1024
	return max(1, min(most, memory/(RowBytes(p.Inputs())+RowBytes(p.Outputs()))))
}
