package hdf5

import (
	"fmt"
	"math/bits"
)

// fractalHeap is an open fractal heap (section III.G), which keeps the links and
// attributes of objects that have many.
type fractalHeap struct {
	*source
	addr       uint64
	idBytes    int
	offBytes   int // of an offset in the heap
	lenBytes   int // of the length of a managed object
	sums       bool
	width      uint64 // blocks in a row
	start      uint64 // bytes of a block in the first row
	maxDirect  uint64
	directRows uint64
	root       uint64
	rootRows   uint64
	hugeTree   uint64
	hugeBytes  int // of a huge object's key
	hugeDirect bool
	huge       map[uint64]extent
	blocks     map[uint64]*cursor // direct blocks read, by address
}

type extent struct{ addr, size uint64 }

// openHeap reads the header of a heap.
func (s *source) openHeap(addr uint64) (*fractalHeap, error) {
	size := 4 + 1 + 2 + 2 + 1 + 4 + 12*s.lengths + 3*s.offsets + 2 + 2 + 2 + 2 + 4
	c, err := s.block("fractal heap", addr, uint64(size))
	if err != nil {
		return nil, err
	}
	h := &fractalHeap{source: s, addr: addr, blocks: map[uint64]*cursor{}}
	c.signature("FRHP")
	c.version(0)
	h.idBytes = int(c.u16())
	if filters := c.u16(); c.err == nil && filters != 0 {
		return nil, unsupported("filtered fractal heap")
	}
	h.sums = c.u8()&2 != 0
	maxManaged := uint64(c.u32())
	c.length() // next key of a huge object
	h.hugeTree = c.addr()
	c.length()            // free space
	c.addr()              // free space manager
	c.skip(8 * s.lengths) // statistics
	h.width = uint64(c.u16())
	h.start = c.length()
	h.maxDirect = c.length()
	heapBits := int(c.u16())
	c.skip(2) // rows a root block starts with
	h.root = c.addr()
	h.rootRows = uint64(c.u16())
	c.checksum()
	if c.err != nil {
		return nil, c.err
	}
	power := func(v uint64) bool { return bits.OnesCount64(v) == 1 }
	if !power(h.width) || !power(h.start) || !power(h.maxDirect) || h.maxDirect < h.start || heapBits < 1 || heapBits > 64 {
		c.fail("block sizes and a width that are powers of two", "width %d, blocks of %d to %d bytes, %d bits of offset",
			h.width, h.start, h.maxDirect, heapBits)
		return nil, c.err
	}
	if max := uint64(s.limits.BTreeDepth) * 8; h.rootRows > max {
		return nil, overLimit("BTreeDepth", max, h.rootRows)
	}
	h.offBytes = (heapBits + 7) / 8
	h.lenBytes = min((bits.TrailingZeros64(h.maxDirect)+7)/8, bytesFor(maxManaged))
	h.directRows = uint64(bits.TrailingZeros64(h.maxDirect)-bits.TrailingZeros64(h.start)) + 2
	h.hugeDirect = s.offsets+s.lengths <= h.idBytes-1
	h.hugeBytes = min(8, h.idBytes-1)
	return h, nil
}

// object returns the object a heap ID stands for.
func (h *fractalHeap) object(id *cursor) (*cursor, error) {
	id.what = "heap ID"
	flags := id.u8()
	if id.err == nil && flags>>6 != 0 {
		id.fail("version 0", "%d", flags>>6)
	}
	if id.err != nil {
		return nil, id.err
	}
	switch flags >> 4 & 3 {
	case 0:
		offset, size := id.uint(h.offBytes), id.uint(h.lenBytes)
		if id.err != nil {
			return nil, id.err
		}
		return h.managed(offset, size)
	case 1:
		return h.hugeObject(id)
	case 2:
		n := int(flags&15) + 1
		if h.idBytes-1 > 16 {
			n = int(flags&15)<<8 + int(id.u8()) + 1
		}
		c := id.sub("tiny object", n)
		return c, c.err
	}
	id.fail("type 0, 1 or 2", "3")
	return nil, id.err
}

// rowSize is the size of each block in a row.
func (h *fractalHeap) rowSize(row uint64) uint64 {
	if row == 0 {
		return h.start
	}
	shift := row - 1
	if shift >= 64 || h.start > undefined>>1>>shift {
		return 0 // beyond any heap
	}
	return h.start << shift
}

// managed finds an object by its offset in the heap, going down from the root:
// a block table whose rows double in size.
func (h *fractalHeap) managed(offset, size uint64) (*cursor, error) {
	missing := func(where uint64) error {
		return broken("fractal heap", h.base+int64(where), "an object inside the heap", "%d bytes at heap offset %d", size, offset)
	}
	addr, rows, start := h.root, h.rootRows, uint64(0)
	if rows == 0 {
		return h.inDirect(addr, h.start, offset, size)
	}
	for range h.limits.BTreeDepth {
		row, blockSize, at := uint64(0), uint64(0), start
		for ; ; row++ {
			blockSize = h.rowSize(row)
			if row >= rows || blockSize == 0 {
				return nil, missing(addr)
			}
			if hi, span := bits.Mul64(blockSize, h.width); hi != 0 || span > undefined-at {
				return nil, missing(addr)
			} else if offset-at < span {
				break
			} else {
				at += span
			}
		}
		column := (offset - at) / blockSize
		at += column * blockSize
		child, err := h.child(addr, rows, row, column)
		if err != nil {
			return nil, err
		}
		if child == undefined {
			return nil, missing(addr)
		}
		if row < h.directRows {
			return h.inDirect(child, blockSize, offset-at, size)
		}
		// an indirect block of this size: as many rows as make it up
		first := uint64(bits.TrailingZeros64(h.start) + bits.TrailingZeros64(h.width))
		log := uint64(bits.TrailingZeros64(blockSize))
		if log < first {
			return nil, missing(addr)
		}
		addr, rows, start = child, log-first+1, at
	}
	return nil, overLimit("BTreeDepth", uint64(h.limits.BTreeDepth), uint64(h.limits.BTreeDepth)+1)
}

// child returns an entry of an indirect block.
func (h *fractalHeap) child(addr, rows, row, column uint64) (uint64, error) {
	prefix := uint64(4 + 1 + h.offsets + h.offBytes)
	c := h.blocks[addr]
	if c == nil {
		entries, ok := mulSize(rows, h.width)
		if !ok || entries > undefined/16 {
			return 0, broken("fractal heap", h.base+int64(h.addr), "a table of entries", "%d rows of %d", rows, h.width)
		}
		var err error
		if c, err = h.block("indirect block", addr, prefix+entries*uint64(h.offsets)+4); err != nil {
			return 0, err
		}
		c.signature("FHIB")
		c.version(0)
		c.checksum()
		if c.err != nil {
			return 0, c.err
		}
		h.blocks[addr] = c
	}
	e := *c
	e.pos = 0
	e.skip(int(prefix + (row*h.width+column)*uint64(h.offsets)))
	child := e.addr()
	return child, e.err
}

// inDirect cuts an object out of a direct block. Offsets count from the start
// of the block, its own header included.
func (h *fractalHeap) inDirect(addr, blockSize, offset, size uint64) (*cursor, error) {
	c := h.blocks[addr]
	if c == nil {
		var err error
		if c, err = h.block("direct block", addr, blockSize); err != nil {
			return nil, err
		}
		c.signature("FHDB")
		c.version(0)
		if c.err == nil && h.sums {
			h.checkDirect(c)
		}
		if c.err != nil {
			return nil, c.err
		}
		h.blocks[addr] = c
	}
	if offset > uint64(len(c.b)) || size > uint64(len(c.b))-offset {
		return nil, broken("direct block", c.offset, fmt.Sprintf("an object in its %d bytes", len(c.b)), "%d bytes at %d", size, offset)
	}
	e := *c
	e.pos = int(offset)
	o := e.sub("heap object", int(size))
	return o, o.err
}

// checkDirect checks the sum of a direct block, taken with the sum itself zero.
func (h *fractalHeap) checkDirect(c *cursor) {
	c.skip(h.offsets + h.offBytes)
	start := c.pos
	got := c.u32()
	if c.err != nil {
		return
	}
	b := append([]byte(nil), c.b...)
	clear(b[start : start+4])
	if want := lookup3(b); want != got {
		c.fail(fmt.Sprintf("checksum %#08x", want), "%#08x", got)
	}
}

// hugeObject reads an object kept outside the heap's blocks.
func (h *fractalHeap) hugeObject(id *cursor) (*cursor, error) {
	if h.hugeDirect {
		e := extent{id.addr(), id.length()}
		if id.err != nil {
			return nil, id.err
		}
		return h.block("huge object", e.addr, e.size)
	}
	key := id.uint(h.hugeBytes)
	if id.err != nil {
		return nil, id.err
	}
	if h.huge == nil {
		h.huge = map[uint64]extent{}
		const indirect = 1
		err := h.walkTree2(h.hugeTree, indirect, func(r *cursor) error {
			e := extent{r.addr(), r.length()}
			h.huge[r.length()] = e
			return r.err
		})
		if err != nil {
			return nil, err
		}
	}
	e, ok := h.huge[key]
	if !ok {
		return nil, broken("fractal heap", h.base+int64(h.addr), "a huge object it holds", "key %d", key)
	}
	return h.block("huge object", e.addr, e.size)
}
