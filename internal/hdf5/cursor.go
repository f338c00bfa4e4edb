package hdf5

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// undefined is the address that stands for "not there" (all bits set).
const undefined = ^uint64(0)

// cursor decodes little-endian fields from a block of metadata. Its error
// sticks: after the first failure every read yields zero, so a decoder reads a
// whole structure and checks err once.
type cursor struct {
	b       []byte
	pos     int
	offset  int64  // offset in the file of b[0]
	what    string // the structure, for errors
	offsets int    // bytes in an address ("size of offsets")
	lengths int    // bytes in a length ("size of lengths")
	err     error
}

func (c *cursor) left() int { return len(c.b) - c.pos }

func (c *cursor) fail(wanted, received string, args ...any) {
	if c.err == nil {
		c.err = broken(c.what, c.offset, wanted, received, args...)
	}
}

func (c *cursor) unsupported(feature string, args ...any) {
	if c.err == nil {
		c.err = unsupported(feature, args...)
	}
}

// bytes returns the next n bytes in place, nil after a failure.
func (c *cursor) bytes(n int) []byte {
	if c.err != nil {
		return nil
	}
	if n < 0 || n > c.left() {
		c.fail(fmt.Sprintf("%d bytes at byte %d", n, c.pos), "%d", c.left())
		return nil
	}
	b := c.b[c.pos : c.pos+n : c.pos+n]
	c.pos += n
	return b
}

func (c *cursor) skip(n int) { c.bytes(n) }

// align skips to the next multiple of 8 counted from the start of the block.

// uint reads an unsigned integer of n bytes, 0 to 8.
func (c *cursor) uint(n int) uint64 {
	var v uint64
	for i, b := range c.bytes(n) {
		v |= uint64(b) << (8 * i)
	}
	return v
}

func (c *cursor) u8() uint8 {
	if b := c.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.bytes(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (c *cursor) length() uint64 { return c.uint(c.lengths) }

// addr reads an address, widening the undefined one of narrower files.
func (c *cursor) addr() uint64 {
	v := c.uint(c.offsets)
	if c.offsets < 8 && v == 1<<(8*c.offsets)-1 {
		return undefined
	}
	return v
}

func (c *cursor) signature(want string) {
	if got := c.bytes(len(want)); got != nil && string(got) != want {
		c.fail(fmt.Sprintf("signature %q", want), "%q", got)
	}
}

func (c *cursor) version(want uint8) {
	if got := c.u8(); c.err == nil && got != want {
		c.fail(fmt.Sprintf("version %d", want), "%d", got)
	}
}

// cstring reads up to and over the next NUL.
func (c *cursor) cstring() string {
	if c.err != nil {
		return ""
	}
	i := bytes.IndexByte(c.b[c.pos:], 0)
	if i < 0 {
		c.fail("a NUL-terminated string", "none in %d bytes", c.left())
		return ""
	}
	return string(c.bytes(i + 1)[:i])
}

// sub gives a cursor over the next n bytes.
func (c *cursor) sub(what string, n int) *cursor {
	s := *c
	s.what, s.offset, s.pos = what, c.offset+int64(c.pos), 0
	s.b = c.bytes(n)
	s.err = c.err
	return &s
}

// checksum checks that the block ends in the lookup3 sum of what stands before
// it, and takes the sum off.
func (c *cursor) checksum() {
	if c.err != nil {
		return
	}
	n := len(c.b) - 4
	if n < c.pos {
		c.fail("a checksum of 4 bytes", "%d bytes", c.left())
		return
	}
	want, got := lookup3(c.b[:n]), binary.LittleEndian.Uint32(c.b[n:])
	if want != got {
		c.fail(fmt.Sprintf("checksum %#08x", want), "%#08x", got)
		return
	}
	c.b = c.b[:n]
}
