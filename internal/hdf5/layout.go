package hdf5

// Classes of data layout (section IV.A.2.i).
const (
	layoutCompact    = 0
	layoutContiguous = 1
	layoutChunked    = 2
	layoutVirtual    = 3
)

// Chunk indexes, in the numbering of layout version 4; the version 1 B-tree of
// older layouts has none and takes 0.
const (
	indexTree1 = iota
	indexSingle
	indexImplicit
	indexFixedArray
	indexExtensibleArray
	indexTree2
)

// layout is a decoded data layout message.
type layout struct {
	class   uint8
	addr    uint64 // of the data or the chunk index, undefined when not allocated
	compact []byte
	offset  int64 // of compact in the file

	chunk     []uint64 // dims of a chunk in elements
	index     uint8
	edgesBare bool   // chunks that stick out of the dataset are not filtered
	filtered  bool   // of a single chunk: it is
	size      uint64 // of a filtered single chunk, as stored
	mask      uint32 // of a filtered single chunk
}

func readLayout(c *cursor) (layout, error) {
	c.what = "data layout"
	var l layout
	version := c.u8()
	switch version {
	case 1, 2:
		l.read1(c)
	case 3:
		l.read3(c)
	case 4, 5:
		l.read4(c)
	default:
		c.unsupported("data layout version %d", version)
	}
	for _, n := range l.chunk {
		if c.err == nil && n == 0 {
			c.fail("chunk dimensions of at least 1", "0")
		}
	}
	return l, c.err
}

func (l *layout) read1(c *cursor) {
	rank := int(c.u8())
	l.class = c.u8()
	c.skip(5)
	l.addr = undefined
	if l.class != layoutCompact {
		l.addr = c.addr()
	}
	dims := make([]uint64, rank)
	for i := range dims {
		dims[i] = uint64(c.u32())
	}
	switch l.class {
	case layoutCompact:
		l.readCompact(c, int(c.u32()))
	case layoutChunked:
		l.chunkDims(c, dims)
	}
}

func (l *layout) read3(c *cursor) {
	l.class = c.u8()
	switch l.class {
	case layoutCompact:
		l.readCompact(c, int(c.u16()))
	case layoutContiguous:
		l.addr = c.addr()
	case layoutChunked:
		rank := int(c.u8())
		l.addr = c.addr()
		dims := make([]uint64, rank)
		for i := range dims {
			dims[i] = uint64(c.u32())
		}
		l.chunkDims(c, dims)
	default:
		c.unsupported("data layout class %d", l.class)
	}
}

func (l *layout) read4(c *cursor) {
	l.class = c.u8()
	switch l.class {
	case layoutCompact:
		l.readCompact(c, int(c.u16()))
	case layoutContiguous:
		l.addr = c.addr()
	case layoutVirtual:
		c.unsupported("virtual dataset")
	case layoutChunked:
		flags := c.u8()
		rank, width := int(c.u8()), int(c.u8())
		if width < 1 || width > 8 {
			c.fail("chunk dimensions of 1 to 8 bytes", "%d", width)
			return
		}
		dims := make([]uint64, rank)
		for i := range dims {
			dims[i] = c.uint(width)
		}
		l.chunkDims(c, dims)
		l.edgesBare = flags&1 != 0
		l.index = c.u8()
		l.indexParameters(c, flags)
		l.addr = c.addr()
	default:
		c.unsupported("data layout class %d", l.class)
	}
}

// indexParameters reads what stands before the address of a chunk index. The
// index repeats in its own header all but what describes a single chunk.
func (l *layout) indexParameters(c *cursor, flags uint8) {
	switch l.index {
	case indexSingle:
		if l.filtered = flags&2 != 0; l.filtered {
			l.size, l.mask = c.length(), c.u32()
		}
	case indexImplicit:
	case indexFixedArray:
		c.skip(1)
	case indexExtensibleArray:
		c.skip(5)
	case indexTree2:
		c.skip(6)
	default:
		c.unsupported("chunk index type %d", l.index)
	}
}

func (l *layout) readCompact(c *cursor, n int) {
	l.offset = c.offset + int64(c.pos)
	l.compact = c.bytes(n)
}

// chunkDims takes the dims of a chunk without the last one, the element's size.
func (l *layout) chunkDims(c *cursor, dims []uint64) {
	if len(dims) < 1 {
		c.fail("a chunk rank of at least 1", "0")
		return
	}
	l.chunk = dims[:len(dims)-1]
}
