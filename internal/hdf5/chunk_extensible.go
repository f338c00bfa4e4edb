package hdf5

import (
	"fmt"
	"math/bits"
)

// extensibleArray is an open extensible array (section VII.D): an index block
// with the first elements and the addresses of data blocks and, further on, of
// secondary blocks that hold addresses of data blocks. Data blocks come in
// groups ("super blocks") whose number and size double in turn.
type extensibleArray struct {
	*arrayReader
	*source
	header  uint64 // address
	atBytes int    // of an element's number
	perPage uint64
	groups  []blockGroup
}

// blockGroup is a group of data blocks of one size.
type blockGroup struct {
	blocks, each uint64
	first        uint64 // number of its first element, behind those of the index block
}

func (d *Dataset) walkExtensibleArray(visit visitChunk) error {
	s := d.file.src
	c, err := s.block("extensible array", d.layout.addr, uint64(4+1+1+6+6*s.lengths+s.offsets+4))
	if err != nil {
		return err
	}
	c.signature("EAHD")
	c.version(0)
	a := &extensibleArray{source: s, header: d.layout.addr}
	if a.arrayReader, err = d.arrayReader(c, visit); err != nil {
		return err
	}
	numberBits, inIndex, least, minPointers, pageBits := c.u8(), uint64(c.u8()), uint64(c.u8()), uint64(c.u8()), c.u8()
	c.skip(6 * s.lengths) // statistics
	index := c.addr()
	c.checksum()
	power := func(v uint64) bool { return bits.OnesCount64(v) == 1 }
	if c.err == nil && (numberBits > 64 || pageBits > 32 || !power(least) || !power(minPointers) ||
		int(numberBits) < bits.TrailingZeros64(least)) {
		c.fail("block sizes that are powers of two", "%d bits, blocks of %d elements, %d pointers", numberBits, least, minPointers)
	}
	if c.err != nil || index == undefined {
		return c.err
	}
	a.atBytes = (int(numberBits) + 7) / 8
	a.perPage = 1 << pageBits
	for i := range int(numberBits) - bits.TrailingZeros64(least) + 1 {
		g := blockGroup{blocks: 1 << (i / 2), each: least << ((i + 1) / 2)}
		if i > 0 {
			g.first = a.groups[i-1].first + a.groups[i-1].blocks*a.groups[i-1].each
		}
		a.groups = append(a.groups, g)
	}
	direct := 2 * bits.TrailingZeros64(minPointers) // groups whose addresses are in the index block
	if direct > len(a.groups) {
		c.fail("pointers for the groups there are", "%d for %d", direct, len(a.groups))
		return c.err
	}
	return a.walkIndexBlock(index, inIndex, direct)
}

// prefix checks the start of a block: signature, version, client, header.
func (a *extensibleArray) prefix(c *cursor, sign string) {
	c.signature(sign)
	c.version(0)
	c.skip(1)
	if got := c.addr(); c.err == nil && got != a.header {
		c.fail(fmt.Sprintf("a block of the array at %d", a.header), "%d", got)
	}
}

func (a *extensibleArray) walkIndexBlock(addr, inIndex uint64, direct int) error {
	pointers := uint64(len(a.groups) - direct)
	for _, g := range a.groups[:direct] {
		pointers += g.blocks
	}
	size := uint64(6+a.offsets) + tableSize(inIndex, uint64(a.element)) + tableSize(pointers, uint64(a.offsets)) + 4
	c, err := a.block("extensible array index", addr, size)
	if err != nil {
		return err
	}
	a.prefix(c, "EAIB")
	c.checksum()
	if err := a.elements(c, 0, inIndex); err != nil {
		return err
	}
	for _, g := range a.groups[:direct] {
		for i := range g.blocks {
			if err := a.walkDataBlock(c.addr(), inIndex+g.first+i*g.each, g.each, nil, 0); err != nil {
				return err
			}
		}
	}
	for _, g := range a.groups[direct:] {
		if err := a.walkSecondary(c.addr(), inIndex, g); err != nil {
			return err
		}
	}
	return c.err
}

// walkSecondary reads the addresses of a group's data blocks.
func (a *extensibleArray) walkSecondary(addr, inIndex uint64, g blockGroup) error {
	if addr == undefined {
		return nil
	}
	mapBytes := uint64(0) // set aside for each block's pages, though the bits stand without gaps
	if g.each > a.perPage {
		mapBytes = ceilDiv(g.each/a.perPage, 8)
	}
	maps := tableSize(g.blocks, mapBytes)
	table := tableSize(g.blocks, uint64(a.offsets))
	prefix := uint64(6 + a.offsets + a.atBytes)
	c, err := a.block("extensible array secondary block", addr, prefix+maps+table+4)
	if err != nil {
		return err
	}
	a.prefix(c, "EASB")
	c.skip(a.atBytes)
	c.checksum()
	bitmaps := c.bytes(int(maps))
	for i := range g.blocks {
		block := c.addr()
		if c.err != nil {
			return c.err
		}
		page := i * (g.each / a.perPage)
		if err := a.walkDataBlock(block, inIndex+g.first+i*g.each, g.each, bitmaps, page); err != nil {
			return err
		}
	}
	return nil
}

// walkDataBlock reads a data block of count elements, in pages when it has more
// than one; used says from bit start on which of them exist.
func (a *extensibleArray) walkDataBlock(addr, first, count uint64, used []byte, start uint64) error {
	if addr == undefined {
		return nil
	}
	const what = "extensible array data block"
	prefix := uint64(6 + a.offsets + a.atBytes)
	if count <= a.perPage {
		c, err := a.block(what, addr, prefix+tableSize(count, uint64(a.element))+4)
		if err != nil {
			return err
		}
		a.prefix(c, "EADB")
		c.skip(a.atBytes)
		c.checksum()
		return a.elements(c, first, count)
	}
	c, err := a.block(what, addr, prefix+4)
	if err != nil {
		return err
	}
	a.prefix(c, "EADB")
	c.skip(a.atBytes)
	c.checksum()
	if c.err != nil {
		return c.err
	}
	addr += prefix + 4
	size := a.perPage*uint64(a.element) + 4
	for page := range count / a.perPage {
		if bitSet(used, start+page) {
			c, err := a.block("extensible array page", addr, size)
			if err != nil {
				return err
			}
			c.checksum()
			if err := a.elements(c, first+page*a.perPage, a.perPage); err != nil {
				return err
			}
		}
		addr += size
	}
	return nil
}
