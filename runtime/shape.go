package runtime

import (
	"fmt"
	"math/bits"
	"strings"
)

// Unknown is a dimension that is not known until the graph is called.
const Unknown = -1

// Shape lists the sizes of a tensor's axes. A negative size is Unknown.
type Shape []int

// Type is what is known of a value before it is computed.
type Type struct {
	DType DType
	Shape Shape
}

func (t Type) String() string { return t.DType.String() + t.Shape.String() }

func (t Type) rank() int { return len(t.Shape) }

// String writes the shape as Keras does: (None, 28, 28, 1).
func (s Shape) String() string {
	var b strings.Builder
	b.WriteByte('(')
	for i, d := range s {
		if i > 0 {
			b.WriteString(", ")
		}
		if d < 0 {
			b.WriteString("None")
		} else {
			fmt.Fprint(&b, d)
		}
	}
	if len(s) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}

// Known reports whether every axis has a size.
func (s Shape) Known() bool {
	for _, d := range s {
		if d < 0 {
			return false
		}
	}
	return true
}

// Equal reports whether both shapes are the same, Unknown being equal to itself.
func (s Shape) Equal(o Shape) bool {
	if len(s) != len(o) {
		return false
	}
	for i := range s {
		if s[i] != o[i] && (s[i] >= 0 || o[i] >= 0) {
			return false
		}
	}
	return true
}

// elements multiplies the sizes; ok is false when one is unknown or the
// product overflows.
func (s Shape) elements() (n int, ok bool) {
	n = 1
	zero := false
	for _, d := range s {
		if d < 0 {
			return 0, false
		}
		if d == 0 {
			zero = true
			continue
		}
		hi, lo := bits.Mul64(uint64(n), uint64(d))
		if hi != 0 || lo > 1<<62 {
			return 0, false
		}
		n = int(lo)
	}
	if zero {
		return 0, true
	}
	return n, true
}

// size is elements for a shape already checked by the planner.
func (s Shape) size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Axis resolves an axis counted from the end when negative.
func (s Shape) Axis(a int) (int, error) {
	r := a
	if r < 0 {
		r += len(s)
	}
	if r < 0 || r >= len(s) {
		return 0, &ShapeError{What: "axis", Wanted: fmt.Sprintf("between %d and %d", -len(s), len(s)-1), Received: fmt.Sprint(a)}
	}
	return r, nil
}

func (s Shape) clone() Shape { return append(Shape{}, s...) }

// Broadcast returns the shape that NumPy's broadcasting gives to a and b.
func Broadcast(a, b Shape) (Shape, error) {
	n := max(len(a), len(b))
	out := make(Shape, n)
	for i := 1; i <= n; i++ {
		x, y := 1, 1
		if i <= len(a) {
			x = a[len(a)-i]
		}
		if i <= len(b) {
			y = b[len(b)-i]
		}
		switch {
		case x == y:
			out[n-i] = x
		case x == 1:
			out[n-i] = y
		case y == 1:
			out[n-i] = x
		case x < 0:
			out[n-i] = y
		case y < 0:
			out[n-i] = x
		default:
			return nil, &ShapeError{What: "broadcast", Wanted: "sizes that are equal or 1", Received: a.String() + " and " + b.String()}
		}
	}
	return out, nil
}

// ShapeError says that data, or the wiring of a graph, does not fit.
type ShapeError struct {
	Where    string // layer, input or file in which it happened, if known
	What     string // the operation or the name of the input
	Wanted   string
	Received string
}

func (e *ShapeError) Error() string {
	s := e.What + ": wanted " + e.Wanted + ", received " + e.Received
	if e.Where != "" {
		s = e.Where + ": " + s
	}
	return s
}
