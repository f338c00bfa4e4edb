package hdf5

// fillValue returns the element that stands where nothing is stored, nil for
// zeros (sections IV.A.2.e and IV.A.2.f).
func (s *source) fillValue(h *header) ([]byte, error) {
	if m := h.find(msgFill); m != nil {
		c, err := s.resolve(m)
		if err != nil {
			return nil, err
		}
		c.what = "fill value"
		defined := true
		switch version := c.u8(); version {
		case 1, 2:
			c.skip(2)
			defined = c.u8() != 0 || version == 1
			if rest := *c; int32(rest.u32()) < 0 { // how old libraries write that there is none
				defined = false
			}
		case 3:
			defined = c.u8()&0x20 != 0
		default:
			c.fail("version 1, 2 or 3", "%d", version)
		}
		if !defined || c.err != nil {
			return nil, c.err
		}
		return c.fill(), c.err
	}
	if m := h.find(msgOldFill); m != nil {
		c, err := s.resolve(m)
		if err != nil {
			return nil, err
		}
		c.what = "fill value"
		return c.fill(), c.err
	}
	return nil, nil
}

func (c *cursor) fill() []byte {
	n := c.u32()
	if uint64(n) > uint64(c.left()) {
		c.fail("a fill value inside its message", "%d bytes", n)
	}
	if n == 0 {
		return nil
	}
	return c.bytes(int(n))
}

// spread repeats an element over a buffer of whole elements.
func spread(dst, element []byte) {
	if len(element) == 0 {
		clear(dst)
		return
	}
	for n := copy(dst, element); n < len(dst); n *= 2 {
		copy(dst[n:], dst[:n])
	}
}
