package hdf5

// resolve follows a message that is shared (section IV.A.2, "Shared Message")
// to where it is stored: a committed datatype's own header.
func (s *source) resolve(m *message) (*cursor, error) {
	if m.flags&flagShared == 0 {
		return m.cursor("header message"), nil
	}
	return s.shared(m.cursor("shared message"), m.kind)
}

// shared reads a reference to a shared message of a kind.
func (s *source) shared(c *cursor, kind uint16) (*cursor, error) {
	c.what = "shared message"
	version, where := c.u8(), c.u8()
	switch {
	case c.err != nil:
		return nil, c.err
	case version == 1:
		c.skip(6 + s.lengths) // reserved; a name's place in the local heap
	case version == 3 && where == 1:
		return nil, unsupported("shared object header message heap")
	case version == 2, version == 3 && where == 2:
	default:
		c.fail("version 1, 2 or 3 of type 2", "version %d of type %d", version, where)
	}
	addr := c.addr()
	if c.err != nil {
		return nil, c.err
	}
	h, err := s.readHeader(addr)
	if err != nil {
		return nil, err
	}
	m := h.find(kind)
	if m == nil || m.flags&flagShared != 0 {
		return nil, broken("shared message", s.base+int64(addr), "a message of the type shared", "none")
	}
	return m.cursor("header message"), nil
}
