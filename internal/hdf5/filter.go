package hdf5

// Filters by their registered numbers (section IV.A.2.l; lzf is h5py's).
const (
	filterDeflate     = 1
	filterShuffle     = 2
	filterFletcher32  = 3
	filterSzip        = 4
	filterNBit        = 5
	filterScaleOffset = 6
	filterLZF         = 32000
)

var filterNames = map[uint16]string{filterSzip: "szip", filterNBit: "n-bit", filterScaleOffset: "scale-offset"}

// filter is one step of the pipeline chunks went through.
type filter struct {
	id     uint16
	values []uint32
}

// filters decodes the pipeline of a dataset and refuses filters by name.
func (s *source) filters(h *header) ([]filter, error) {
	m := h.find(msgFilters)
	if m == nil {
		return nil, nil
	}
	c, err := s.resolve(m)
	if err != nil {
		return nil, err
	}
	c.what = "filter pipeline"
	version, count := c.u8(), int(c.u8())
	if c.err == nil && version != 1 && version != 2 {
		c.fail("version 1 or 2", "%d", version)
	}
	if version == 1 {
		c.skip(6)
	}
	if c.err == nil && count > s.limits.Filters {
		return nil, overLimit("Filters", uint64(s.limits.Filters), uint64(count))
	}
	var out []filter
	for range count {
		f := filter{id: c.u16()}
		name := 0
		if version == 1 || f.id >= 256 {
			name = int(c.u16())
		}
		c.skip(2) // flags
		values := int(c.u16())
		if version == 1 {
			name = (name + 7) &^ 7
		}
		c.skip(name)
		for range values {
			f.values = append(f.values, c.u32())
			if c.err != nil {
				return nil, c.err
			}
		}
		if version == 1 && values%2 == 1 {
			c.skip(4)
		}
		switch f.id {
		case filterDeflate, filterShuffle, filterFletcher32, filterLZF:
		default:
			if name, ok := filterNames[f.id]; ok {
				c.unsupported("%s filter", name)
			}
			c.unsupported("filter %d", f.id)
		}
		out = append(out, f)
	}
	return out, c.err
}
