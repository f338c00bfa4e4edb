package hdf5

// Record types of the B-trees that index a heap by name (section III.A.2).
const (
	recordLinkName = 5
	recordAttrName = 8
)

// denseLinks reads the links of a group that keeps them in a heap (section
// IV.A.2.c, "Link Info").
func (f *File) denseLinks(m *message) ([]link, error) {
	c := m.cursor("link info")
	heap, tree, _ := denseInfo(c, 8)
	if c.err != nil || heap == undefined {
		return nil, c.err
	}
	var links []link
	err := f.dense(heap, tree, recordLinkName, func(record, object *cursor) error {
		l, err := readLink(object)
		links = append(links, l)
		return err
	})
	return links, err
}

// denseAttrs reads the attributes of an object that keeps them in a heap
// (section IV.A.2.v, "Attribute Info").
func (f *File) denseAttrs(m *message, add func(*cursor, uint64) error) (tracked bool, err error) {
	c := m.cursor("attribute info")
	heap, tree, tracked := denseInfo(c, 2)
	if c.err != nil || heap == undefined {
		return tracked, c.err
	}
	return tracked, f.dense(heap, tree, recordAttrName, func(record, object *cursor) error {
		if flags := record.u8(); flags&flagShared != 0 {
			return unsupported("shared object header message heap")
		}
		order := record.u32()
		if record.err != nil {
			return record.err
		}
		return add(object, uint64(order))
	})
}

// denseInfo decodes either info message; the largest creation order takes width
// bytes.
func denseInfo(c *cursor, width int) (heap, tree uint64, tracked bool) {
	c.version(0)
	flags := c.u8()
	tracked = flags&1 != 0
	if tracked {
		c.skip(width)
	}
	return c.addr(), c.addr(), tracked
}

// dense visits every object of a heap that a B-tree indexes by name, with what
// its record holds behind the heap ID.
func (f *File) dense(heapAddr, treeAddr uint64, kind uint8, visit func(record, object *cursor) error) error {
	heap, err := f.src.openHeap(heapAddr)
	if err != nil {
		return err
	}
	return f.src.walkTree2(treeAddr, kind, func(record *cursor) error {
		if kind == recordLinkName {
			record.skip(4) // hash of the name
		}
		id := record.sub("heap ID", heap.idBytes)
		if record.err != nil {
			return record.err
		}
		object, err := heap.object(id)
		if err != nil {
			return err
		}
		return visit(record, object)
	})
}
