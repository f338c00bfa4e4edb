package runtime

import (
	"fmt"
	"math/bits"

	_ "github.com/kerasrun/kerasrun/internal/wordsize" // refuses processors on which the bounds below overflow
)

// Bounds on the shapes of a graph. A shape rule may add or multiply two sizes,
// or a size and an option, without looking: the result fits an int, and is
// refused here before it meets another.
const (
	maxSize     = 1 << 31 // of one axis
	maxElements = 1 << 40 // of one value, the unknown axes apart
)

// inBounds refuses shapes that no machine could compute.
func (s Shape) inBounds() error {
	n := uint64(1)
	for _, d := range s {
		if d > maxSize {
			return &ShapeError{Wanted: fmt.Sprintf("sizes of at most %d", maxSize), Received: s.String()}
		}
		if d <= 0 {
			continue
		}
		var hi uint64
		if hi, n = bits.Mul64(n, uint64(d)); hi != 0 || n > maxElements {
			return &ShapeError{Wanted: fmt.Sprintf("at most %d elements", maxElements), Received: s.String()}
		}
	}
	return nil
}

// RowBytes returns the bytes of one row: those of all axes of known size. The
// type must be one of a graph's.
func (t Type) RowBytes() int64 {
	n := int64(t.DType.Size())
	for _, d := range t.Shape {
		if d >= 0 {
			n *= int64(d)
		}
	}
	return n
}

// checkMemory refuses a plan, or results, that take more than the program may.
func (st *shared) checkMemory(bytes int) error {
	if bytes > st.limit {
		return &ShapeError{What: "memory", Wanted: fmt.Sprintf("at most %d bytes, by Memory", st.limit), Received: fmt.Sprint(bytes)}
	}
	return nil
}
