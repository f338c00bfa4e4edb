package serve

import (
	"encoding/base64"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

// collector gathers the elements of a tensor as they come. All lists of a level
// must be equally long.
type collector struct {
	port  string
	dtype runtime.DType
	most  int // elements

	shape []int // of all levels but the rows; -1 is not known yet
	rank  int   // levels, once an element was met; -1 before
	n     int   // elements

	floats []float32
	ints   []int32
	longs  []int64
	bools  []bool
	texts  []string
}

func newCollector(port string, dtype runtime.DType, most int) *collector {
	return &collector{port: port, dtype: dtype, most: most, rank: -1}
}

// value reads a number, or lists of them, that stands so many lists deep.
func (c *collector) value(r *reader, level int) error {
	if r.peek() != '[' {
		if c.rank >= 0 && c.rank != level {
			return fail(Invalid, "input %q, JSON, byte %d: wanted lists of one depth, received %q at depth %d and others at %d", c.port, r.at, r.excerpt(), level, c.rank)
		}
		c.rank = level
		if c.n++; c.n > c.most {
			return fail(TooLarge, "input %q: wanted at most %d elements, received more", c.port, c.most)
		}
		return c.element(r)
	}
	if c.rank >= 0 && level >= c.rank {
		return fail(Invalid, "input %q, JSON, byte %d: wanted lists of one depth, received a list at depth %d beside elements at %d", c.port, r.at, level, c.rank)
	}
	n, from := 0, r.at
	err := r.list(func(i int) error {
		if n = i + 1; c.dtype == runtime.Float32 && c.rank == level+1 && c.n < c.most {
			r.peek()
			if v, ok := r.short(); ok { // most of what is sent; at most 2⁵³, so it fits
				c.n, c.floats = c.n+1, append(c.floats, float32(v))
				return nil
			}
		}
		return c.value(r, level+1)
	})
	if err != nil {
		return err
	}
	for len(c.shape) <= level {
		c.shape = append(c.shape, -1)
	}
	if c.shape[level] < 0 {
		c.shape[level] = n
	}
	if c.shape[level] != n {
		return fail(Invalid, "input %q, JSON, byte %d: wanted %d elements, as in the list before, received %d", c.port, from, c.shape[level], n)
	}
	return nil
}

// element reads one element.
func (c *collector) element(r *reader) (err error) {
	switch c.dtype {
	case runtime.Float32:
		var v float64
		if v, err = r.float(); err == nil && math.Abs(v) > math.MaxFloat32 && !math.IsInf(v, 0) {
			err = fail(Invalid, "input %q, JSON, byte %d: wanted a number that fits float32, received %g", c.port, r.at, v)
		}
		c.floats = append(c.floats, float32(v))
	case runtime.Int32:
		var v int64
		v, err = r.int(32)
		c.ints = append(c.ints, int32(v))
	case runtime.Int64:
		var v int64
		v, err = r.int(64)
		c.longs = append(c.longs, v)
	case runtime.Bool:
		var v bool
		v, err = r.bool()
		c.bools = append(c.bools, v)
	case runtime.String:
		var v string
		if r.peek() == '{' {
			v, err = r.binary()
		} else {
			v, err = r.string()
		}
		c.texts = append(c.texts, v)
	default:
		err = fail(Invalid, "input %q: elements of type %s cannot be sent", c.port, c.dtype)
	}
	return err
}

// tensor makes the tensor of what was gathered, in this shape.
func (c *collector) tensor(shape []int) (*runtime.Tensor, error) {
	switch c.dtype {
	case runtime.Float32:
		return runtime.TensorOf(c.floats, shape...)
	case runtime.Int32:
		return runtime.TensorOf(c.ints, shape...)
	case runtime.Int64:
		return runtime.TensorOf(c.longs, shape...)
	case runtime.Bool:
		return runtime.TensorOf(c.bools, shape...)
	case runtime.String:
		return runtime.TensorOf(c.texts, shape...)
	}
	return nil, fail(Invalid, "input %q: elements of type %s cannot be sent", c.port, c.dtype)
}

// nested is the shape of the lists that were read, outermost first. No element was
// met in an empty list, so its depth is that of the port.
func (c *collector) nested(port runtime.Shape) []int {
	shape := slices.Clone(c.shape)
	if c.n == 0 && len(shape) > 0 {
		for len(shape) < len(port) {
			shape = append(shape, max(0, port[len(shape)]))
		}
	}
	return shape
}

// binary reads {"b64": "…"}, TensorFlow Serving's way to write bytes.
func (r *reader) binary() (text string, err error) {
	members := 0
	err = r.object(func(key string) error {
		if members++; key != "b64" || members > 1 {
			return fail(Invalid, `JSON, byte %d: wanted {"b64": "…"}, received the key %q`, r.at, key)
		}
		coded, err := r.string()
		if err != nil {
			return err
		}
		data, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			return fail(Invalid, "JSON, byte %d: wanted base64: %w", r.at, err)
		}
		text = string(data)
		return nil
	})
	if err == nil && members == 0 {
		err = fail(Invalid, `JSON, byte %d: wanted {"b64": "…"}, received {}`, r.at)
	}
	return text, err
}

// isBinary reports whether {"b64": "…"} is next, and reads nothing.
func (r *reader) isBinary() bool {
	ahead := *r
	if !ahead.take('{') {
		return false
	}
	key, err := ahead.string()
	if err != nil || key != "b64" || !ahead.take(':') {
		return false
	}
	_, err = ahead.string()
	return err == nil && ahead.take('}')
}
