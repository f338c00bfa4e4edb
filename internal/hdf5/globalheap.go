package hdf5

// collection is one collection of the global heap, which keeps strings of
// variable length: objects by index.
type collection struct {
	objects map[uint32][]byte
	err     error
}

// heapObject returns an object of a global heap collection.
func (f *File) heapObject(addr uint64, index uint32) ([]byte, error) {
	f.mu.Lock()
	h := f.heaps[addr]
	if h == nil {
		h = &collection{}
		h.objects, h.err = f.src.globalHeap(addr)
		f.heaps[addr] = h
	}
	f.mu.Unlock()
	if h.err != nil {
		return nil, h.err
	}
	b, ok := h.objects[index]
	if !ok {
		return nil, broken("global heap", f.src.base+int64(addr), "an object it holds", "index %d", index)
	}
	return b, nil
}

// globalHeap reads a collection (section III.E).
func (s *source) globalHeap(addr uint64) (map[uint32][]byte, error) {
	prefix := uint64(8 + s.lengths)
	c, err := s.block("global heap", addr, prefix)
	if err != nil {
		return nil, err
	}
	c.signature("GCOL")
	c.version(1)
	c.skip(3)
	size := c.length()
	if c.err == nil && size < prefix {
		c.fail("a size that covers its header", "%d", size)
	}
	if c.err != nil {
		return nil, c.err
	}
	if c, err = s.block("global heap", addr, size); err != nil {
		return nil, err
	}
	c.skip(int(prefix))
	objects := map[uint32][]byte{}
	for c.left() >= int(prefix) {
		index := uint32(c.u16())
		c.skip(2 + 4) // reference count, reserved
		n := c.length()
		if index == 0 {
			break // free space, always last
		}
		if n > uint64(c.left()) {
			c.fail("an object inside the collection", "%d bytes of %d", n, c.left())
			return nil, c.err
		}
		objects[index] = c.bytes(int(n))
		c.skip(min(-int(n)&7, c.left()))
	}
	return objects, c.err
}
