package hdf5

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// heapWriter fills global heap collections (section III.E) with strings of
// variable length. The collections stand in one row in the file, so the address
// of a string is known when it is added.
type heapWriter struct {
	next        uint64 // address behind the finished collections
	collections []le   // all but the last are finished
	count       int    // objects in the last one
}

const (
	heapHeader  = 16
	heapSmall   = 4096 // the least a collection takes
	heapObjects = 1<<16 - 1
)

// stringRefs adds strings and encodes the references to them.
func (h *heapWriter) stringRefs(list []string) ([]byte, error) {
	var b le
	for _, s := range list {
		if strings.IndexByte(s, 0) >= 0 {
			return nil, fmt.Errorf("a string of variable length must not hold NUL, received %.40q", s)
		}
		if uint64(len(s)) >= 1<<32 {
			return nil, fmt.Errorf("a string must be shorter than 4 GiB, received %d bytes", len(s))
		}
		addr, index := h.add(s)
		b.u32(uint32(len(s)))
		b.u64(addr)
		b.u32(index)
	}
	return b, nil
}

func (h *heapWriter) add(s string) (addr uint64, index uint32) {
	need := heapHeader + (len(s)+7)&^7
	last := len(h.collections) - 1
	if last < 0 || h.count == heapObjects || h.count > 0 && len(h.collections[last])+need > heapSmall {
		h.finish()
		last++
		c := le("GCOL\x01\x00\x00\x00")
		c.u64(0) // size, set by finish
		h.collections = append(h.collections, c)
	}
	h.count++
	c := &h.collections[last]
	c.u16(uint16(h.count))
	c.zeros(6) // reference count, which libhdf5 leaves at 0; reserved
	c.u64(uint64(len(s)))
	*c = append(*c, s...)
	c.pad()
	return h.next, uint32(h.count)
}

// finish closes the last collection: what is left of it is one free object.
func (h *heapWriter) finish() {
	if len(h.collections) == 0 {
		return
	}
	c := &h.collections[len(h.collections)-1]
	if left := heapSmall - len(*c); left >= heapHeader {
		c.zeros(8)
		c.u64(uint64(left))
		c.zeros(left - heapHeader)
	} else if left > 0 {
		c.zeros(left)
	}
	binary.LittleEndian.PutUint64((*c)[8:], uint64(len(*c)))
	h.next += uint64(len(*c))
	h.count = 0
}
