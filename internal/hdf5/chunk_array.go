package hdf5

import "fmt"

// Arrays index chunks by number: row-major over the grid at its largest, the
// unlimited dimension, if there is one, counting slowest.

// numbering turns chunk numbers into places in the grid.
type numbering struct {
	order []int    // dimensions, slowest first
	most  []uint64 // chunks along order[i], undefined for the slowest if unlimited
	at    []uint64
}

func (d *Dataset) numbering() (numbering, error) {
	n := numbering{at: make([]uint64, len(d.grid.count))}
	for i, most := range d.grid.most {
		if most == undefined {
			n.order = append(n.order, i)
		}
	}
	if len(n.order) > 1 {
		return n, broken("data layout", d.file.src.base+int64(d.obj.addr), "at most one unlimited dimension for an array of chunks", "%d", len(n.order))
	}
	for i, most := range d.grid.most {
		if most != undefined {
			n.order = append(n.order, i)
		}
	}
	for _, i := range n.order {
		n.most = append(n.most, d.grid.most[i])
	}
	return n, nil
}

// place returns the place of a chunk by number, the same slice every time.
func (n *numbering) place(number uint64) []uint64 {
	for i := len(n.order) - 1; i > 0; i-- {
		n.at[n.order[i]] = number % n.most[i]
		number /= n.most[i]
	}
	n.at[n.order[0]] = number
	return n.at
}

// walkImplicit lists chunks that stand in a row, none filtered.
func (d *Dataset) walkImplicit(visit visitChunk) error {
	n, err := d.numbering()
	if err != nil {
		return err
	}
	total, ok := product(n.most)
	if !ok {
		return broken("data layout", d.file.src.base+int64(d.obj.addr), "a bounded number of chunks", "%v of them", n.most)
	}
	if _, err := d.file.src.locate("chunk", d.layout.addr, tableSize(total, d.grid.bytes)); err != nil {
		return err
	}
	for number := range total {
		if err := visit(n.place(number), d.layout.addr+number*d.grid.bytes, d.grid.bytes, 0); err != nil {
			return err
		}
	}
	return nil
}

// arrayReader decodes the elements that fixed and extensible arrays share:
// chunk addresses, with size and filter mask where chunks are filtered.
type arrayReader struct {
	*numbering
	filtered bool
	bytes    uint64 // of a chunk that is not filtered
	element  int    // bytes of an element
	visit    visitChunk
}

// client checks the header fields that say what an element is.
func (d *Dataset) arrayReader(c *cursor, visit visitChunk) (*arrayReader, error) {
	n, err := d.numbering()
	if err != nil {
		return nil, err
	}
	a := &arrayReader{numbering: &n, bytes: d.grid.bytes, visit: visit}
	kind := c.u8()
	a.element = int(c.u8())
	switch {
	case c.err != nil:
	case kind > 1:
		c.fail("an array of chunks", "client %d", kind)
	case kind == 1:
		a.filtered = true
		chunkSizeBytes(c, a.element-c.offsets-4)
	case a.element != c.offsets:
		c.fail(fmt.Sprintf("elements of %d bytes", c.offsets), "%d", a.element)
	}
	return a, c.err
}

// elements reads count elements, the first being that of a chunk by number.
func (a *arrayReader) elements(c *cursor, first, count uint64) error {
	for i := range count {
		addr, size, mask := c.addr(), a.bytes, uint32(0)
		if a.filtered {
			size, mask = c.uint(a.element-c.offsets-4), c.u32()
		}
		if c.err != nil {
			return c.err
		}
		if addr == undefined {
			continue
		}
		if err := a.visit(a.place(first+i), addr, size, mask); err != nil {
			return err
		}
	}
	return nil
}

// bitSet tests bits counted from the highest of the first byte.
func bitSet(bitmap []byte, i uint64) bool {
	return i/8 < uint64(len(bitmap)) && bitmap[i/8]&(0x80>>(i%8)) != 0
}

// walkFixedArray reads a fixed array (section VII.C).
func (d *Dataset) walkFixedArray(visit visitChunk) error {
	s := d.file.src
	c, err := s.block("fixed array", d.layout.addr, uint64(4+1+1+1+1+s.lengths+s.offsets+4))
	if err != nil {
		return err
	}
	c.signature("FAHD")
	c.version(0)
	a, err := d.arrayReader(c, visit)
	if err != nil {
		return err
	}
	pageBits, count, block := c.u8(), c.length(), c.addr()
	c.checksum()
	if c.err == nil && pageBits > 32 {
		c.fail("pages of at most 2^32 elements", "2^%d", pageBits)
	}
	if c.err != nil || block == undefined {
		return c.err
	}
	prefix := uint64(4 + 1 + 1 + s.offsets)
	perPage := uint64(1) << pageBits
	if count <= perPage {
		c, err := s.block("fixed array data block", block, prefix+tableSize(count, uint64(a.element))+4)
		if err != nil {
			return err
		}
		c.signature("FADB")
		c.checksum()
		c.skip(int(prefix) - 4)
		return a.elements(c, 0, count)
	}
	pages := ceilDiv(count, perPage)
	mapBytes := ceilDiv(pages, 8)
	if c, err = s.block("fixed array data block", block, prefix+mapBytes+4); err != nil {
		return err
	}
	c.signature("FADB")
	c.checksum()
	c.skip(int(prefix) - 4)
	used := c.bytes(int(mapBytes))
	if c.err != nil {
		return c.err
	}
	addr := block + prefix + mapBytes + 4
	for page := range pages {
		n := min(perPage, count-page*perPage)
		size := tableSize(n, uint64(a.element))
		if bitSet(used, page) {
			c, err := s.block("fixed array page", addr, size+4)
			if err != nil {
				return err
			}
			c.checksum()
			if err := a.elements(c, page*perPage, n); err != nil {
				return err
			}
		}
		addr += size + 4
	}
	return nil
}
