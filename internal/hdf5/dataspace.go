package hdf5

import "fmt"

// space is a decoded dataspace message (section IV.A.2.b).
type space struct {
	null   bool
	dims   []uint64 // nil for a scalar
	max    []uint64 // largest dims, undefined where unlimited
	points uint64   // product of dims
}

func (s *source) dataspace(c *cursor) (space, error) {
	c.what = "dataspace"
	version := c.u8()
	rank := int(c.u8())
	flags := c.u8()
	var sp space
	switch version {
	case 1:
		c.skip(5)
	case 2:
		if kind := c.u8(); kind == 2 {
			sp.null = true
		} else if kind > 2 {
			c.fail("type 0, 1 or 2", "%d", kind)
		}
	default:
		c.fail("version 1 or 2", "%d", version)
	}
	if c.err == nil && rank > s.limits.Rank {
		return sp, overLimit("Rank", uint64(s.limits.Rank), uint64(rank))
	}
	if rank > 0 {
		sp.dims = readDims(c, rank)
		sp.max = sp.dims
		if flags&1 != 0 {
			sp.max = readDims(c, rank)
		}
	}
	if c.err != nil || sp.null {
		return sp, c.err
	}
	var ok bool
	if sp.points, ok = product(sp.dims); !ok {
		return sp, broken("dataspace", c.offset, "dimensions whose product is an int", "%s", fmt.Sprint(sp.dims))
	}
	return sp, nil
}

func readDims(c *cursor, rank int) []uint64 {
	dims := make([]uint64, rank)
	for i := range dims {
		dims[i] = c.length()
		if c.lengths < 8 && dims[i] == 1<<(8*c.lengths)-1 {
			dims[i] = undefined
		}
	}
	return dims
}

// product multiplies dimensions out; no dimension and no product exceeds an int.
func product(dims []uint64) (uint64, bool) {
	n := uint64(1)
	for _, d := range dims {
		if _, ok := mulSize(d, 1); !ok {
			return 0, false
		}
		if d == 0 {
			n = 0
		}
	}
	for _, d := range dims {
		var ok bool
		if n, ok = mulSize(n, d); !ok {
			return 0, false
		}
	}
	return n, true
}

// shape is the dims as callers see them: nil for a scalar, [0] for a null space.
func (sp space) shape() []int {
	if sp.null {
		return []int{0}
	}
	var shape []int
	for _, d := range sp.dims {
		shape = append(shape, int(d))
	}
	return shape
}
