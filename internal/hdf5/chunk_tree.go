package hdf5

import "fmt"

// walkChunkTree1 reads the version 1 B-tree of chunks (section III.A.1), the
// index of files up to HDF5 1.8. Its keys hold offsets in elements.
func (d *Dataset) walkChunkTree1(visit visitChunk) error {
	rank := len(d.grid.count)
	at := make([]uint64, rank)
	return d.file.src.walkTree1(d.layout.addr, 1, uint64(8+8*(rank+1)), func(key *cursor, child uint64) error {
		size, mask := uint64(key.u32()), key.u32()
		for i := range at {
			offset := key.u64()
			if n := d.grid.chunk[i]; offset%n != 0 {
				key.fail(fmt.Sprintf("a chunk at multiples of %d", n), "%d", offset)
			}
			at[i] = offset / d.grid.chunk[i]
		}
		if key.err != nil {
			return key.err
		}
		return visit(at, child, size, mask)
	})
}

// walkChunkTree2 reads the version 2 B-tree of chunks (section VII.E), the index
// of datasets with several unlimited dimensions.
func (d *Dataset) walkChunkTree2(visit visitChunk) error {
	const plain, filtered = 10, 11
	rank := len(d.grid.count)
	at := make([]uint64, rank)
	kind := uint8(plain)
	if len(d.filter) > 0 {
		kind = filtered
	}
	return d.file.src.walkTree2(d.layout.addr, kind, func(r *cursor) error {
		addr, size, mask := r.addr(), d.grid.bytes, uint32(0)
		if kind == filtered {
			size = r.uint(chunkSizeBytes(r, len(r.b)-r.offsets-4-8*rank))
			mask = r.u32()
		}
		for i := range at {
			at[i] = r.u64()
		}
		if r.err != nil {
			return r.err
		}
		return visit(at, addr, size, mask)
	})
}

// chunkSizeBytes checks the width of a chunk's stored size.
func chunkSizeBytes(c *cursor, n int) int {
	if n < 1 || n > 8 {
		c.fail("1 to 8 bytes for the size of a chunk", "%d", n)
		return 0
	}
	return n
}
