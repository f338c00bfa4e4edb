package hdf5

// Types of header messages (section IV.A.2).
const (
	msgDataspace     = 0x01
	msgLinkInfo      = 0x02
	msgDatatype      = 0x03
	msgOldFill       = 0x04
	msgFill          = 0x05
	msgLink          = 0x06
	msgExternal      = 0x07
	msgLayout        = 0x08
	msgFilters       = 0x0b
	msgAttribute     = 0x0c
	msgContinuation  = 0x10
	msgSymbolTable   = 0x11
	msgAttributeInfo = 0x15
	msgCacheImage    = 0x18
	msgLast          = 0x19 // unknown from here on
)

const (
	flagShared      = 1 << 1
	flagMustBeKnown = 1 << 7
)

// message is one header message, not yet decoded.
type message struct {
	kind  uint16
	flags uint8
	order uint64 // creation order, where the header tracks it
	data  *cursor
}

// cursor starts a fresh decoding of the message.
func (m *message) cursor(what string) *cursor {
	c := *m.data
	c.what = what
	return &c
}

// header is the list of messages of one object.
type header struct {
	addr    uint64
	msgs    []message
	ordered bool // messages carry the order attributes were created in
}

func (h *header) find(kind uint16) *message {
	for i := range h.msgs {
		if h.msgs[i].kind == kind {
			return &h.msgs[i]
		}
	}
	return nil
}

// block is a part of an object header still to be read.
type headerBlock struct{ addr, size uint64 }

// readHeader reads an object header of either version with its continuations.
func (s *source) readHeader(addr uint64) (*header, error) {
	const prefix = 4
	c, err := s.block("object header", addr, prefix)
	if err != nil {
		return nil, err
	}
	h := &header{addr: addr}
	if string(c.b) == "OHDR" {
		return h, s.readHeader2(h)
	}
	return h, s.readHeader1(h)
}

// readHeader1 reads a version 1 header (section IV.A.1.a).
func (s *source) readHeader1(h *header) error {
	const prefix = 16
	c, err := s.block("object header", h.addr, prefix)
	if err != nil {
		return err
	}
	c.version(1)
	c.skip(1)
	count := int(c.u16())
	c.skip(4) // reference count
	size := uint64(c.u32())
	if c.err != nil {
		return c.err
	}
	queue := []headerBlock{{h.addr + prefix, size}}
	seen := map[uint64]bool{}
	for len(queue) > 0 && len(h.msgs) < count {
		next := queue[0]
		queue = queue[1:]
		if seen[next.addr] {
			return broken("object header", s.base+int64(next.addr), "each continuation once", "one again")
		}
		seen[next.addr] = true
		c, err := s.block("object header", next.addr, next.size)
		if err != nil {
			return err
		}
		for c.left() >= 8 && len(h.msgs) < count {
			m := message{kind: c.u16()}
			n := int(c.u16())
			m.flags = c.u8()
			c.skip(3)
			if err := h.add(c, m, n, &queue); err != nil {
				return err
			}
		}
	}
	return nil
}

// readHeader2 reads a version 2 header (section IV.A.1.b).
func (s *source) readHeader2(h *header) error {
	const shortest, longest = 4 + 1 + 1 + 1, 4 + 1 + 1 + 16 + 4 + 8
	room := uint64(s.size-s.base) - h.addr
	c, err := s.block("object header", h.addr, min(room, longest))
	if err != nil {
		return err
	}
	c.signature("OHDR")
	c.version(2)
	flags := c.u8()
	if flags&0x20 != 0 {
		c.skip(16) // times
	}
	if flags&0x10 != 0 {
		c.skip(4) // attribute storage phase change
	}
	size := c.uint(1 << (flags & 3))
	if c.err != nil {
		return c.err
	}
	h.ordered = flags&4 != 0
	start := c.pos
	if size > room {
		return broken("object header", s.base+int64(h.addr), "messages inside the file", "%d bytes of them", size)
	}
	if c, err = s.block("object header", h.addr, uint64(start)+size+4); err != nil {
		return err
	}
	c.skip(start)
	var queue []headerBlock
	if err := h.addAll2(c, &queue); err != nil {
		return err
	}
	for seen := map[uint64]bool{}; len(queue) > 0; queue = queue[1:] {
		next := queue[0]
		if seen[next.addr] {
			return broken("object header", s.base+int64(next.addr), "each continuation once", "one again")
		}
		seen[next.addr] = true
		if c, err = s.block("object header continuation", next.addr, next.size); err != nil {
			return err
		}
		c.signature("OCHK")
		if err := h.addAll2(c, &queue); err != nil {
			return err
		}
	}
	return nil
}

func (h *header) addAll2(c *cursor, queue *[]headerBlock) error {
	c.checksum()
	prefix := 4
	if h.ordered {
		prefix += 2
	}
	for c.err == nil && c.left() >= prefix {
		m := message{kind: uint16(c.u8())}
		n := int(c.u16())
		m.flags = c.u8()
		if h.ordered {
			m.order = uint64(c.u16())
		}
		if err := h.add(c, m, n, queue); err != nil {
			return err
		}
	}
	return c.err
}

// add takes a message of n bytes off the block.
func (h *header) add(c *cursor, m message, n int, queue *[]headerBlock) error {
	m.data = c.sub("header message", n)
	if c.err != nil {
		return c.err
	}
	if m.kind == msgCacheImage {
		return unsupported("metadata cache image")
	}
	if m.kind >= msgLast && m.flags&flagMustBeKnown != 0 {
		return unsupported("header message of type %#x, marked as one that must be understood", m.kind)
	}
	if m.kind == msgContinuation {
		d := m.cursor("header continuation")
		next := headerBlock{d.addr(), d.length()}
		if d.err != nil {
			return d.err
		}
		*queue = append(*queue, next)
	}
	h.msgs = append(h.msgs, m)
	return nil
}
