package hdf5

import (
	"io"
	"sync"
)

// File is an open HDF5 file. It is safe for concurrent use when its ReaderAt is.
type File struct {
	src  *source
	root *object

	mu      sync.Mutex
	objects map[uint64]*object
	heaps   map[uint64]*collection
	links   int // links listed so far
}

// Open reads the superblock and the root group's header of the file of size
// bytes behind r. Objects are read, and stay in memory without their data, as
// they are asked for.
func Open(r io.ReaderAt, size int64, lim Limits) (*File, error) {
	if size < 0 {
		return nil, broken("file", -1, "a size of at least 0", "%d", size)
	}
	f := &File{
		src:     &source{r: r, size: size, offsets: 8, lengths: 8, limits: lim.withDefaults()},
		objects: map[uint64]*object{},
		heaps:   map[uint64]*collection{},
	}
	root, err := f.src.superblock()
	if err != nil {
		return nil, err
	}
	if f.root, err = f.object(root); err != nil {
		return nil, at("/", err)
	}
	if f.root.kind != KindGroup {
		return nil, at("/", broken("object header", f.src.base+int64(root), "a root group", "a %s", f.root.kind))
	}
	return f, nil
}

// Root returns the root group.
func (f *File) Root() *Group {
	return &Group{file: f, obj: f.root, path: "/"}
}

// object is an object's header with what has been decoded of it. It is shared
// by all handles on the object.
type object struct {
	*header
	kind Kind

	linksOnce sync.Once
	links     []link
	byName    map[string]int
	linksErr  error

	chunks chunkList // of a dataset

	attrsOnce sync.Once
	attrs     []*Attr
	attrsErr  error
}

// object reads the header at an address, once.
func (f *File) object(addr uint64) (*object, error) {
	f.mu.Lock()
	o := f.objects[addr]
	count := len(f.objects)
	f.mu.Unlock()
	if o != nil {
		return o, nil
	}
	if max := f.src.limits.Objects; count >= max {
		return nil, overLimit("Objects", uint64(max), uint64(count)+1)
	}
	h, err := f.src.readHeader(addr)
	if err != nil {
		return nil, err
	}
	o = &object{header: h}
	switch {
	case h.find(msgLayout) != nil || h.find(msgExternal) != nil:
		o.kind = KindDataset
	case h.find(msgSymbolTable) != nil || h.find(msgLinkInfo) != nil || h.find(msgLink) != nil:
		o.kind = KindGroup
	case h.find(msgDatatype) != nil:
		o.kind = KindDatatype
	default:
		return nil, broken("object header", f.src.base+int64(addr), "a group, a dataset or a datatype", "none of them")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if other := f.objects[addr]; other != nil {
		return other, nil
	}
	f.objects[addr] = o
	return o, nil
}
