package hdf5

import (
	"fmt"
	"strings"
)

const (
	headerPrefix  = 16
	messagePrefix = 8
	longMessage   = 1<<16 - 8 // the longest message that pads to 8 bytes
)

// encodeMessage encodes a header message with its prefix, padded to 8 bytes.
func encodeMessage(kind uint16, flags uint8, data []byte) []byte {
	var b le
	b.u16(kind)
	b.u16(uint16((len(data) + 7) &^ 7))
	b.u8(flags, 0, 0, 0)
	b.bytes(data)
	b.pad()
	return b
}

// attributes appends the attribute messages of an object.
func (l *layouter) attributes(e *entry, attrs []AttrNode) error {
	seen := map[string]bool{}
	if len(attrs) >= 1<<16-8 {
		return fmt.Errorf("hdf5: %s: attributes must be fewer than %d, received %d", e.path, 1<<16-8, len(attrs))
	}
	for _, a := range attrs {
		if a.Name == "" || strings.IndexByte(a.Name, 0) >= 0 || seen[a.Name] {
			return fmt.Errorf("hdf5: %s: attribute names must be unique, not empty and without NUL, received %q", e.path, a.Name)
		}
		seen[a.Name] = true
		data, err := l.attribute(a)
		if err != nil {
			return fmt.Errorf("hdf5: %s@%s: %w", e.path, a.Name, err)
		}
		e.messages = append(e.messages, encodeMessage(msgAttribute, 0, data))
	}
	return nil
}

// attribute encodes an attribute message of version 1.
func (l *layouter) attribute(a AttrNode) ([]byte, error) {
	points, err := a.check(false)
	if err != nil {
		return nil, err
	}
	dtype, err := encodeType(a.Type)
	if err != nil {
		return nil, err
	}
	space := encodeSpace(a.Value)
	if n := uint64(points)*uint64(a.Type.Size) + uint64(len(a.Name)+len(dtype)+len(space)) + 40; n > longMessage {
		return nil, fmt.Errorf("an attribute must fit %d bytes with its name and type, received %d", longMessage, n)
	}
	elements, err := l.elements(a.Value)
	if err != nil {
		return nil, err
	}
	b := le{1, 0}
	b.u16(uint16(len(a.Name) + 1))
	b.u16(uint16(len(dtype)))
	b.u16(uint16(len(space)))
	b.cstring(a.Name)
	b.bytes(dtype)
	b.pad()
	b.bytes(space)
	b.pad()
	b.bytes(elements)
	return b, nil
}

// late is the message that holds addresses: where the members of a group or the
// elements of a dataset are.
func (e *entry) late() []byte {
	var b le
	if e.table != nil {
		b.u64(e.table.root())
		b.u64(e.table.heap)
		return encodeMessage(msgSymbolTable, 0, b)
	}
	b.u8(3, layoutContiguous)
	if e.size > 0 {
		b.u64(e.at)
	} else {
		b.u64(undefined)
	}
	b.u64(e.size)
	return encodeMessage(msgLayout, 0, b)
}

func (e *entry) headerSize() uint64 {
	n := headerPrefix
	for _, m := range e.messages {
		if m == nil {
			m = e.late() // its addresses may change, its size does not
		}
		n += len(m)
	}
	return uint64(n)
}

// header encodes the object header.
func (e *entry) header() []byte {
	b := le{1, 0}
	b.u16(uint16(len(e.messages)))
	b.u32(1) // hard links to the object
	b.u32(uint32(e.headerSize() - headerPrefix))
	b.u32(0)
	for _, m := range e.messages {
		if m == nil {
			m = e.late()
		}
		b.bytes(m)
	}
	return b
}
