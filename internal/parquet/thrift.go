package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// fields is a struct of Thrift by the numbers of its fields. Integers of all sizes
// are int64, strings []byte.
type fields map[int]any

func (f fields) int(id int) (int64, bool) {
	v, ok := f[id].(int64)
	return v, ok
}

func (f fields) text(id int) string {
	b, _ := f[id].([]byte)
	return string(b)
}

func (f fields) list(id int) []any {
	l, _ := f[id].([]any)
	return l
}

func (f fields) inner(id int) fields {
	s, _ := f[id].(fields)
	return s
}

// The types of Thrift's compact protocol.
const (
	compactTrue = iota + 1
	compactFalse
	compactByte
	compactI16
	compactI32
	compactI64
	compactDouble
	compactBinary
	compactList
	compactSet
	compactMap
	compactStruct
)

var errCut = errors.New("the metadata ends too early")

// compact reads the compact protocol.
type compact struct {
	b             []byte
	at            int
	depth, values int
}

// maxDepth and maxValues are more than metadata of Parquet has.
const maxDepth, maxValues = 32, 2 << 20

// enter begins a value; leave ends it.
func (c *compact) enter() error {
	if c.depth++; c.depth > maxDepth {
		return errors.New("the metadata nests too deep")
	}
	if c.values++; c.values > maxValues {
		return fmt.Errorf("the metadata must be at most %d values, received more", maxValues)
	}
	return nil
}

func (c *compact) leave() { c.depth-- }

func (c *compact) byte() (byte, error) {
	if c.at >= len(c.b) {
		return 0, errCut
	}
	c.at++
	return c.b[c.at-1], nil
}

func (c *compact) varint() (uint64, error) {
	v, n := binary.Uvarint(c.b[c.at:])
	if n <= 0 {
		return 0, errCut
	}
	c.at += n
	return v, nil
}

func (c *compact) zigzag() (int64, error) {
	v, err := c.varint()
	return int64(v>>1) ^ -int64(v&1), err
}

// size reads the size of something whose parts take at least a byte each.
func (c *compact) size() (int, error) {
	n, err := c.varint()
	if err == nil && n > uint64(len(c.b)-c.at) {
		err = errCut
	}
	return int(n), err
}

func (c *compact) object() (fields, error) {
	out := fields{}
	for id := 0; ; {
		head, err := c.byte()
		if err != nil || head == 0 {
			return out, err
		}
		if step := int(head >> 4); step > 0 {
			id += step
		} else {
			v, err := c.zigzag()
			if err != nil {
				return nil, err
			}
			id = int(v)
		}
		switch kind := head & 15; kind {
		case compactTrue, compactFalse:
			out[id] = kind == compactTrue
		default:
			if out[id], err = c.value(kind); err != nil {
				return nil, err
			}
		}
	}
}

func (c *compact) value(kind byte) (any, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	switch kind {
	case compactTrue, compactFalse: // of a list
		b, err := c.byte()
		return b == compactTrue, err
	case compactByte:
		b, err := c.byte()
		return int64(int8(b)), err
	case compactI16, compactI32, compactI64:
		return c.zigzag()
	case compactDouble:
		if len(c.b)-c.at < 8 {
			return nil, errCut
		}
		c.at += 8
		return math.Float64frombits(binary.LittleEndian.Uint64(c.b[c.at-8:])), nil
	case compactBinary:
		n, err := c.size()
		if err != nil {
			return nil, err
		}
		c.at += n
		return c.b[c.at-n : c.at : c.at], nil
	case compactList, compactSet:
		return c.list()
	case compactStruct:
		return c.object()
	}
	return nil, fmt.Errorf("the metadata has a value of unknown type %d", kind)
}

func (c *compact) list() ([]any, error) {
	head, err := c.byte()
	if err != nil {
		return nil, err
	}
	n := int(head >> 4)
	if n == 15 {
		if n, err = c.size(); err != nil {
			return nil, err
		}
	}
	if n > len(c.b)-c.at {
		return nil, errCut
	}
	var out []any
	for range n {
		v, err := c.value(head & 15)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
