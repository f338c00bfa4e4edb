package hdf5

import "fmt"

// symbolTable reads the members of an old-style group (sections III.A.1, III.B
// to III.D): a B-tree of symbol nodes whose names stand in a local heap.
func (f *File) symbolTable(m *message) ([]link, error) {
	s := f.src
	c := m.cursor("symbol table message")
	tree, heapAddr := c.addr(), c.addr()
	if c.err != nil {
		return nil, c.err
	}
	names, err := s.localHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	var links []link
	err = s.walkTree1(tree, 0, uint64(s.lengths), func(_ *cursor, node uint64) error {
		c, err := s.block("symbol table node", node, 8)
		if err != nil {
			return err
		}
		c.signature("SNOD")
		c.version(1)
		c.skip(1)
		count := uint64(c.u16())
		if c.err != nil {
			return c.err
		}
		if c, err = s.block("symbol table node", node, 8+count*uint64(2*s.offsets+24)); err != nil {
			return err
		}
		c.skip(8)
		for range count {
			l := symbol(c, names)
			if c.err != nil {
				return c.err
			}
			links = append(links, l)
		}
		if max := s.limits.Objects; len(links) > max {
			return overLimit("Objects", uint64(max), uint64(len(links)))
		}
		return nil
	})
	return links, err
}

// symbol decodes one symbol table entry.
func symbol(c *cursor, names *cursor) link {
	at := func(offset uint64) string {
		n := *names
		if offset > uint64(len(n.b)) {
			c.fail("a name inside the local heap", "offset %d of %d", offset, len(n.b))
			return ""
		}
		n.pos = int(offset)
		name := n.cstring()
		if c.err == nil {
			c.err = n.err
		}
		return name
	}
	name := c.uint(c.offsets)
	l := link{addr: c.addr(), hard: true}
	cache := c.u32()
	c.skip(4)
	scratch := c.sub("symbol table entry", 16)
	if c.err != nil {
		return l
	}
	l.name = at(name)
	if cache == 2 {
		l.hard, l.kind = false, KindSoft
		l.soft = at(uint64(scratch.u32()))
	}
	return l
}

// localHeap returns the data segment of a local heap.
func (s *source) localHeap(addr uint64) (*cursor, error) {
	c, err := s.block("local heap", addr, uint64(8+2*s.lengths+s.offsets))
	if err != nil {
		return nil, err
	}
	c.signature("HEAP")
	c.version(0)
	c.skip(3)
	size := c.length()
	c.length() // free list
	data := c.addr()
	if c.err != nil {
		return nil, c.err
	}
	return s.block("local heap", data, size)
}

// walkTree1 visits the children of the leaves of a version 1 B-tree from left to
// right, each with a cursor on the key before it. Keys take keySize bytes.
func (s *source) walkTree1(root uint64, kind uint8, keySize uint64, visit func(key *cursor, child uint64) error) error {
	type node struct {
		addr  uint64
		level int // as its parent has it, -1 for the root
	}
	seen := map[uint64]bool{}
	for stack := []node{{root, -1}}; len(stack) > 0; {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		prefix := uint64(8 + 2*s.offsets)
		c, err := s.block("B-tree node", n.addr, prefix)
		if err != nil {
			return err
		}
		if seen[n.addr] {
			c.fail("each node once", "one again")
		}
		seen[n.addr] = true
		c.signature("TREE")
		if got := c.u8(); c.err == nil && got != kind {
			c.fail(fmt.Sprintf("node type %d", kind), "%d", got)
		}
		level, count := int(c.u8()), uint64(c.u16())
		if c.err == nil && n.level >= 0 && level != n.level-1 {
			c.fail(fmt.Sprintf("level %d", n.level-1), "%d", level)
		}
		if c.err != nil {
			return c.err
		}
		if max := s.limits.BTreeDepth; level >= max {
			return overLimit("BTreeDepth", uint64(max), uint64(level)+1)
		}
		if c, err = s.block("B-tree node", n.addr, prefix+count*(keySize+uint64(s.offsets))); err != nil {
			return err
		}
		c.skip(int(prefix))
		first := len(stack)
		for range count {
			key := c.sub("B-tree key", int(keySize))
			child := c.addr()
			if c.err != nil {
				return c.err
			}
			if level > 0 {
				stack = append(stack, node{child, level})
			} else if err := visit(key, child); err != nil {
				return err
			}
		}
		for i, j := first, len(stack)-1; i < j; i, j = i+1, j-1 {
			stack[i], stack[j] = stack[j], stack[i]
		}
	}
	return nil
}
