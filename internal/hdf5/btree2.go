package hdf5

import (
	"fmt"
	"math/bits"
)

// walkTree2 visits the records of a version 2 B-tree (section III.A.2), in no
// particular order.
func (s *source) walkTree2(addr uint64, kind uint8, visit func(record *cursor) error) error {
	c, err := s.block("B-tree header", addr, uint64(4+1+1+4+2+2+1+1+s.offsets+2+s.lengths+4))
	if err != nil {
		return err
	}
	c.signature("BTHD")
	c.version(0)
	if got := c.u8(); c.err == nil && got != kind {
		c.fail(fmt.Sprintf("records of type %d", kind), "%d", got)
	}
	nodeSize, recordSize, depth := uint64(c.u32()), uint64(c.u16()), int(c.u16())
	c.skip(2) // split and merge percentages
	root, count := c.addr(), uint64(c.u16())
	c.length() // records in all
	c.checksum()
	if c.err != nil {
		return c.err
	}
	if max := s.limits.BTreeDepth; depth >= max {
		return overLimit("BTreeDepth", uint64(max), uint64(depth)+1)
	}
	const overhead = 4 + 1 + 1 + 4 // signature, version, type, checksum
	if recordSize == 0 || nodeSize < overhead+recordSize {
		c.fail("nodes that hold a record", "%d bytes for records of %d", nodeSize, recordSize)
		return c.err
	}
	t := tree2{source: s, kind: kind, nodeSize: nodeSize, recordSize: recordSize, visit: visit, seen: map[uint64]bool{}}
	leaf := (nodeSize - overhead) / recordSize
	t.countBytes = bytesFor(leaf)
	t.levels = []level2{{most: leaf}}
	sum := leaf
	for d := 1; d <= depth; d++ {
		below := &t.levels[d-1]
		pointer := uint64(s.offsets + t.countBytes + below.sumBytes)
		if nodeSize < overhead+pointer+recordSize+pointer {
			c.fail("nodes that hold a record and two children", "%d bytes for records of %d", nodeSize, recordSize)
			return c.err
		}
		most := (nodeSize - overhead - pointer) / (recordSize + pointer)
		if hi, lo := bits.Mul64(most+1, sum); hi != 0 || lo > undefined-most {
			sum = undefined
		} else {
			sum = lo + most
		}
		t.levels = append(t.levels, level2{most: most, sumBytes: bytesFor(sum)})
	}
	if root == undefined || count == 0 {
		return nil
	}
	return t.walk(root, count, depth)
}

// bytesFor is the bytes that hold a count up to most.
func bytesFor(most uint64) int { return (bits.Len64(most) + 7) / 8 }

type level2 struct {
	most     uint64 // records in a node
	sumBytes int    // bytes of the count of records below a node; none for leaves
}

type tree2 struct {
	*source
	kind       uint8
	nodeSize   uint64
	recordSize uint64
	countBytes int // of the records in one node
	levels     []level2
	seen       map[uint64]bool
	visit      func(*cursor) error
}

// walk visits a node of count records at a height; heights are bounded by the
// header's depth, which is bounded by Limits.BTreeDepth.
func (t *tree2) walk(addr, count uint64, height int) error {
	if count > t.levels[height].most {
		return broken("B-tree node", t.base+int64(addr), fmt.Sprintf("at most %d records", t.levels[height].most), "%d", count)
	}
	if t.seen[addr] {
		return broken("B-tree node", t.base+int64(addr), "each node once", "one again")
	}
	t.seen[addr] = true
	pointer := uint64(0)
	sign := "BTLF"
	if height > 0 {
		pointer = uint64(t.offsets + t.countBytes + t.levels[height-1].sumBytes)
		sign = "BTIN"
	}
	// the checksum stands behind the last record or child, not at the node's end
	used := 6 + count*t.recordSize + 4
	if height > 0 {
		used += (count + 1) * pointer
	}
	c, err := t.block("B-tree node", addr, min(used, t.nodeSize))
	if err != nil {
		return err
	}
	c.signature(sign)
	c.version(0)
	if got := c.u8(); c.err == nil && got != t.kind {
		c.fail(fmt.Sprintf("records of type %d", t.kind), "%d", got)
	}
	c.checksum()
	for range count {
		record := c.sub("B-tree record", int(t.recordSize))
		if c.err != nil {
			return c.err
		}
		if err := t.visit(record); err != nil {
			return err
		}
	}
	if height == 0 {
		return c.err
	}
	for range count + 1 {
		child, n := c.addr(), c.uint(t.countBytes)
		c.skip(t.levels[height-1].sumBytes)
		if c.err != nil {
			return c.err
		}
		if err := t.walk(child, n, height-1); err != nil {
			return err
		}
	}
	return nil
}
