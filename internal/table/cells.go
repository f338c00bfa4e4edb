package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

// cells collects the elements of one port, row after row.
type cells struct {
	dtype   runtime.DType
	missing string // what stands for a missing value
	kept    bool   // as text, which may be missing
	f       []float32
	i       []int32
	l       []int64
	b       []bool
	s       []string
}

func (c *cells) reset() {
	c.f, c.i, c.l, c.b, c.s = c.f[:0], c.i[:0], c.l[:0], c.b[:0], c.s[:0]
}

// tensor gives the elements a shape, sharing their memory.
func (c *cells) tensor(shape ...int) (*runtime.Tensor, error) {
	switch c.dtype {
	case runtime.Int32:
		return runtime.TensorOf(c.i, shape...)
	case runtime.Int64:
		return runtime.TensorOf(c.l, shape...)
	case runtime.Bool:
		return runtime.TensorOf(c.b, shape...)
	case runtime.String:
		return runtime.TensorOf(c.s, shape...)
	}
	return runtime.TensorOf(c.f, shape...)
}

// len is the number of elements.
func (c *cells) len() int { return len(c.f) + len(c.i) + len(c.l) + len(c.b) + len(c.s) }

// cut leaves the first n elements.
func (c *cells) cut(n int) {
	c.f, c.i, c.l = c.f[:min(n, len(c.f))], c.i[:min(n, len(c.i))], c.l[:min(n, len(c.l))]
	c.b, c.s = c.b[:min(n, len(c.b))], c.s[:min(n, len(c.s))]
}

// size is the memory of the elements.
func (c *cells) size() int {
	n := 4*len(c.f) + 4*len(c.i) + 8*len(c.l) + len(c.b)
	for _, s := range c.s {
		n += runtime.String.Size() + len(s)
	}
	return n
}

// move appends the elements of another to c.
func (c *cells) move(from *cells) {
	c.f, c.i, c.l = append(c.f, from.f...), append(c.i, from.i...), append(c.l, from.l...)
	c.b, c.s = append(c.b, from.b...), append(c.s, from.s...)
}

// text appends a string as it is, or a number or truth value written as text. The
// error says what was wanted.
func (c *cells) text(s string) error {
	if c.dtype == runtime.String {
		c.s = append(c.s, s)
		return nil
	}
	if s = strings.TrimSpace(s); c.missing != "" && missingWords[s] {
		s = c.missing
	}
	switch c.dtype {
	case runtime.Float32:
		v, err := strconv.ParseFloat(s, 32)
		if err != nil && !math.IsInf(v, 0) { // beyond the range of float32 is infinity
			return wanted("a number", s)
		}
		c.f = append(c.f, float32(v))
		return nil
	case runtime.Int32, runtime.Int64:
		v, err := integer(s)
		if err != nil {
			return err
		}
		return c.whole(v, s)
	case runtime.Bool:
		switch strings.ToLower(s) {
		case "1", "true", "1.0":
			c.b = append(c.b, true)
		case "0", "false", "0.0":
			c.b = append(c.b, false)
		default:
			return wanted("true or false", s)
		}
		return nil
	}
	return fmt.Errorf("an input of type %s cannot be read from text", c.dtype)
}

// whole appends an integer.
func (c *cells) whole(v int64, s string) error {
	if c.dtype == runtime.Int64 {
		c.l = append(c.l, v)
		return nil
	}
	if v < math.MinInt32 || v > math.MaxInt32 {
		return wanted("a number of 32 bits", s)
	}
	c.i = append(c.i, int32(v))
	return nil
}

// integer reads a whole number, also one written as 3.0 or 3e2.
func integer(s string) (int64, error) {
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		return v, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != math.Trunc(v) || math.Abs(v) >= 1<<63 {
		return 0, wanted("a whole number", s)
	}
	return int64(v), nil
}

func wanted(what, received string) error {
	if received == "" {
		return fmt.Errorf("wanted %s, received nothing", what)
	}
	if len(received) > 40 {
		received = received[:40] + "…"
	}
	return fmt.Errorf("wanted %s, received %q", what, received)
}

// newCells are empty cells for each tensor.
func newCells(l *Layout) []cells {
	out := make([]cells, len(l.Feeds))
	for i, f := range l.Feeds {
		out[i].dtype = f.Port.DType
	}
	return out
}
