package hdf5

import (
	"bytes"
	"strings"
)

// strings decodes n string elements that stand at an offset in the file; their
// bytes may add up to limit.
func (f *File) strings(t Datatype, raw []byte, n int, offset, limit int64) ([]string, error) {
	out := make([]string, n)
	if !t.VarLen {
		for i := range out {
			out[i] = t.fixed(raw[i*t.Size : (i+1)*t.Size])
		}
		return out, nil
	}
	c := f.src.cursor("variable-length string", raw, offset)
	total := int64(0)
	for i := range out {
		size, addr, index := c.u32(), c.addr(), c.u32()
		if c.err != nil {
			return nil, c.err
		}
		if size == 0 || addr == 0 || addr == undefined {
			continue
		}
		if total += int64(size); total > limit {
			return nil, overLimit("AttributeBytes", uint64(limit), uint64(total))
		}
		b, err := f.heapObject(addr, index)
		if err != nil {
			return nil, err
		}
		if uint64(size) > uint64(len(b)) {
			return nil, broken("variable-length string", c.offset, "to fit its heap object", "%d bytes in %d", size, len(b))
		}
		out[i] = cut(b[:size])
	}
	return out, nil
}

// fixed strips the padding of a fixed-length string.
func (t Datatype) fixed(b []byte) string {
	switch t.Padding {
	case NullPadded:
		return strings.TrimRight(string(b), "\x00")
	case SpacePadded:
		return strings.TrimRight(string(b), " ")
	}
	return cut(b)
}

// cut is the string up to its first NUL.
func cut(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
