package hdf5

const signature = "\x89HDF\r\n\x1a\n"

// findSuperblock looks for the signature at 0, 512, 1024, 2048, …: whatever
// stands before it is the user block.
func (s *source) findSuperblock() error {
	var b [len(signature)]byte
	for off := int64(0); off <= s.size-int64(len(b)); off = max(512, off*2) {
		if err := s.readAt(b[:], off); err != nil {
			return err
		}
		if string(b[:]) == signature {
			s.base = off
			return nil
		}
		if off > s.size/2 {
			break
		}
	}
	return broken("file", 0, "an HDF5 signature", "%q", b[:min(s.size, int64(len(b)))])
}

// superblock reads the superblock (section II.A) and returns the address of the
// root group's object header.
func (s *source) superblock() (root uint64, err error) {
	if err := s.findSuperblock(); err != nil {
		return 0, err
	}
	const longest = 8 + 16 + 4 + 4*8 + 40
	room := min(uint64(s.size-s.base), longest)
	c, err := s.block("superblock", 0, room)
	if err != nil {
		return 0, err
	}
	c.skip(len(signature))
	version := c.u8()
	switch version {
	case 0, 1:
		root = s.superblock0(c, version)
	case 2, 3:
		var extension uint64
		root, extension = s.superblock2(c)
		if c.err == nil && extension != undefined {
			_, c.err = s.readHeader(extension) // refuses what must be understood
		}
	default:
		c.unsupported("superblock version %d", version)
	}
	if c.err == nil && root == undefined {
		c.fail("the address of a root group", "the undefined address")
	}
	return root, c.err
}

func (s *source) superblock0(c *cursor, version uint8) uint64 {
	c.skip(4) // versions of free space, root group, reserved, shared header
	s.sizes(c)
	c.skip(1 + 2 + 2 + 4) // reserved, B-tree ranks, flags
	if version == 1 {
		c.skip(4) // rank of chunk B-trees
	}
	base := c.addr()
	c.addr() // free space
	s.checkEnd(c, base, c.addr())
	c.addr() // driver information
	c.addr() // root entry: offset of its name
	return c.addr()
}

func (s *source) superblock2(c *cursor) (root, extension uint64) {
	s.sizes(c)
	c.skip(1) // flags
	base := c.addr()
	extension = c.addr()
	end := c.addr()
	root = c.addr()
	if c.left() >= 4 {
		c.b = c.b[:c.pos+4]
	}
	c.checksum()
	s.checkEnd(c, base, end)
	return root, extension
}

func (s *source) sizes(c *cursor) {
	s.offsets, s.lengths = int(c.u8()), int(c.u8())
	for _, n := range []int{s.offsets, s.lengths} {
		if c.err == nil && n != 2 && n != 4 && n != 8 {
			c.fail("sizes of offsets and lengths of 2, 4 or 8", "%d and %d", s.offsets, s.lengths)
		}
	}
	c.offsets, c.lengths = s.offsets, s.lengths
}

// checkEnd finds files cut short, as libhdf5 does. Both addresses count from the
// start of the file as it was written; a user block put before it since, or
// taken away, is where the signature stands.
func (s *source) checkEnd(c *cursor, base, end uint64) {
	if c.err != nil {
		return
	}
	if end < base {
		c.fail("an end of file behind its start", "%d before %d", end, base)
	} else if room := uint64(s.size - s.base); end-base > room {
		c.fail("a file that is not truncated", "%d of %d bytes", room, end-base)
	}
}
