package hdf5

import (
	"fmt"
	"sync"
)

// chunk is one chunk as the index lists it.
type chunk struct {
	at   []uint64 // its place in the grid of chunks
	addr uint64
	size uint64 // bytes stored
	mask uint32 // bit i: filter i was left out
}

// chunkList is the index of a dataset, read once.
type chunkList struct {
	once sync.Once
	list []chunk
	err  error
}

// grid describes how chunks tile a dataset.
type grid struct {
	chunk []uint64 // elements of a chunk along each dimension
	count []uint64 // chunks along each dimension
	most  []uint64 // chunks along each dimension at its largest, undefined if unlimited
	bytes uint64   // of a chunk unfiltered
	total uint64   // chunks
}

// checkChunks builds the grid.
func (d *Dataset) checkChunks(what int64) error {
	dims, size := d.layout.chunk, d.space.dims
	if len(dims) != len(size) || len(dims) == 0 {
		return broken("data layout", what, fmt.Sprintf("chunks of the dataset's rank, %d", len(size)), "%d", len(dims))
	}
	g := grid{chunk: dims}
	points, ok := product(dims)
	if ok {
		g.bytes, ok = mulSize(points, uint64(d.dtype.Size))
	}
	if limit := uint64(d.file.src.limits.DatasetBytes); !ok || g.bytes > limit {
		return overLimit("DatasetBytes", limit, g.bytes)
	}
	for i, n := range dims {
		g.count = append(g.count, ceilDiv(size[i], n))
		if most := d.space.max[i]; most == undefined {
			g.most = append(g.most, undefined)
		} else {
			g.most = append(g.most, ceilDiv(max(most, size[i]), n))
		}
	}
	g.total, _ = product(g.count) // at most the points of the dataset
	d.grid = g
	return nil
}

func ceilDiv(a, b uint64) uint64 {
	n := a / b
	if a%b != 0 {
		n++
	}
	return n
}

// inside is whether a place is on the grid: a dataset that has shrunk may keep
// chunks that are not.
func (g *grid) inside(at []uint64) bool {
	for i, n := range at {
		if n >= g.count[i] {
			return false
		}
	}
	return true
}

// partial is whether the chunk sticks out of the dataset.
func (g *grid) partial(at, dims []uint64) bool {
	for i, n := range at {
		if (n+1)*g.chunk[i] > dims[i] {
			return true
		}
	}
	return false
}

// chunks returns the chunks on the grid that are stored.
func (d *Dataset) chunks() ([]chunk, error) {
	c := &d.obj.chunks
	c.once.Do(func() {
		if d.layout.addr == undefined || d.grid.total == 0 {
			return
		}
		seen := map[uint64]bool{}
		c.err = d.walkIndex(func(at []uint64, addr, size uint64, mask uint32) error {
			if addr == undefined || !d.grid.inside(at) {
				return nil
			}
			if _, err := d.file.src.locate("chunk", addr, size); err != nil {
				return err
			}
			number := uint64(0)
			for i, n := range at {
				number = number*d.grid.count[i] + n
			}
			if seen[number] {
				return broken("chunk index", -1, "each chunk once", "chunk %v again", at)
			}
			seen[number] = true
			c.list = append(c.list, chunk{append([]uint64(nil), at...), addr, size, mask})
			return nil
		})
	})
	return c.list, c.err
}

// visitChunk is told of a chunk's place in the grid, which it must copy to
// keep, and of what is stored.
type visitChunk func(at []uint64, addr, size uint64, mask uint32) error

func (d *Dataset) walkIndex(visit visitChunk) error {
	switch d.layout.index {
	case indexTree1:
		return d.walkChunkTree1(visit)
	case indexSingle:
		size := d.grid.bytes
		if d.layout.filtered {
			size = d.layout.size
		}
		return visit(make([]uint64, len(d.grid.count)), d.layout.addr, size, d.layout.mask)
	case indexImplicit:
		return d.walkImplicit(visit)
	case indexFixedArray:
		return d.walkFixedArray(visit)
	case indexExtensibleArray:
		return d.walkExtensibleArray(visit)
	}
	return d.walkChunkTree2(visit)
}

// readChunks reads all chunks into dst, fill values where there is none.
func (d *Dataset) readChunks(dst []byte) error {
	list, err := d.chunks()
	if err != nil {
		return err
	}
	if uint64(len(list)) < d.grid.total {
		spread(dst, d.fill)
	}
	p := pipeline{filters: d.filter, limit: d.grid.bytes}
	var buf []byte
	for _, c := range list {
		off, err := d.file.src.locate("chunk", c.addr, c.size)
		if err != nil {
			return err
		}
		if uint64(cap(buf)) < c.size {
			if buf, err = d.file.src.grow(off, int64(c.size)); err != nil {
				return err
			}
		} else {
			buf = buf[:c.size]
			if err := d.file.src.readAt(buf, off); err != nil {
				return err
			}
		}
		raw := buf
		if !d.layout.edgesBare || !d.grid.partial(c.at, d.space.dims) {
			if raw, err = p.decode(buf, c.mask); err != nil {
				return located(err, off)
			}
		}
		if uint64(len(raw)) != d.grid.bytes {
			return broken("chunk", off, fmt.Sprintf("%d bytes", d.grid.bytes), "%d", len(raw))
		}
		d.scatter(dst, raw, c.at)
	}
	return nil
}

// scatter copies a chunk, row by row, to its place in the dataset, leaving out
// what sticks out of it.
func (d *Dataset) scatter(dst, raw []byte, at []uint64) {
	dims, size := d.space.dims, uint64(d.dtype.Size)
	rank := len(dims)
	last := rank - 1
	first := make([]uint64, rank) // element of the dataset the chunk starts at
	span := make([]uint64, rank)  // elements of the chunk that lie inside
	for i := range dims {
		first[i] = at[i] * d.grid.chunk[i]
		span[i] = min(d.grid.chunk[i], dims[i]-first[i])
	}
	row := make([]uint64, rank) // place in the chunk, 0 in the last dimension
	for {
		from, to := uint64(0), uint64(0)
		for i := range dims {
			from = from*d.grid.chunk[i] + row[i]
			to = to*dims[i] + first[i] + row[i]
		}
		copy(dst[to*size:(to+span[last])*size], raw[from*size:])
		i := last - 1
		for ; i >= 0; i-- {
			if row[i]++; row[i] < span[i] {
				break
			}
			row[i] = 0
		}
		if i < 0 {
			return
		}
	}
}
