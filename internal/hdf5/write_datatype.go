package hdf5

import (
	"encoding/binary"
	"fmt"
)

// le builds little-endian structures.
type le []byte

func (b *le) u8(v ...uint8)    { *b = append(*b, v...) }
func (b *le) u16(v uint16)     { *b = binary.LittleEndian.AppendUint16(*b, v) }
func (b *le) u32(v uint32)     { *b = binary.LittleEndian.AppendUint32(*b, v) }
func (b *le) u64(v uint64)     { *b = binary.LittleEndian.AppendUint64(*b, v) }
func (b *le) bytes(p []byte)   { *b = append(*b, p...) }
func (b *le) zeros(n int)      { *b = append(*b, make([]byte, n)...) }
func (b *le) pad()             { b.zeros(-len(*b) & 7) }
func (b *le) cstring(s string) { *b = append(append(*b, s...), 0); b.pad() }

// floatFields are the properties of the formats TypeOf knows: location of the
// sign, then precision, exponent location and size, mantissa location and size,
// bias.
var floatFields = map[string]struct {
	size, sign, exponentAt, exponent, mantissa uint8
	bias                                       uint32
}{
	"float16": {2, 15, 10, 5, 10, 15},
	"float32": {4, 31, 23, 8, 23, 127},
	"float64": {8, 63, 52, 11, 52, 1023},
}

// encodeType encodes a datatype message of version 1.
func encodeType(t Datatype) ([]byte, error) {
	var b le
	head := func(flags uint32) {
		b.u32(uint32(t.Class) | 1<<4 | flags<<8)
		b.u32(uint32(t.Size))
	}
	order := uint32(0)
	if t.BigEndian {
		order = 1
	}
	charset := uint32(0)
	if t.UTF8 {
		charset = 1
	}
	switch {
	case t.Class == ClassInteger && t.odd == "":
		if t.Signed {
			order |= 8
		}
		head(order)
		b.u16(0)
		b.u16(uint16(8 * t.Size))
	case t.Class == ClassBitfield:
		head(order)
		b.u16(0)
		b.u16(uint16(8 * t.Size))
	case t.Class == ClassFloat && floatFields[t.Format].size == uint8(t.Size):
		f := floatFields[t.Format]
		head(order | 0x20 | uint32(f.sign)<<8)
		b.u16(0)
		b.u16(uint16(8 * t.Size))
		b.u8(f.exponentAt, f.exponent, 0, f.mantissa)
		b.u32(f.bias)
	case t.Class == ClassString && t.VarLen:
		t.Class, t.Size = ClassVLen, 16
		head(1 | charset<<8)
		base, err := encodeType(Datatype{Class: ClassInteger, Size: 1})
		if err != nil {
			return nil, err
		}
		b.bytes(base)
	case t.Class == ClassString && t.Size > 0:
		head(uint32(t.Padding) | charset<<4)
	case t.Class == ClassOpaque && t.Size > 0 && len(t.Tag) < 248:
		tag := le(t.Tag)
		if len(tag) > 0 {
			tag = nil
			tag.cstring(t.Tag)
		}
		head(uint32(len(tag)))
		b.bytes(tag)
	case t.Class == ClassEnum && t.Base != nil && len(t.Members) < 1<<16:
		base, err := encodeType(*t.Base)
		if err != nil {
			return nil, err
		}
		head(uint32(len(t.Members)))
		b.bytes(base)
		for _, m := range t.Members {
			name := le{}
			name.cstring(m.Name)
			b.bytes(name)
		}
		for _, m := range t.Members {
			v := binary.LittleEndian.AppendUint64(nil, uint64(m.Value))[:t.Size]
			if t.Base.BigEndian {
				for i, j := 0, len(v)-1; i < j; i, j = i+1, j-1 {
					v[i], v[j] = v[j], v[i]
				}
			}
			b.bytes(v)
		}
	default:
		return nil, fmt.Errorf("type %s cannot be written", t)
	}
	return b, nil
}

// encodeSpace encodes a dataspace message: of version 2 for a null space, which
// version 1 lacks.
func encodeSpace(v Value) []byte {
	if v.Null {
		return le{2, 0, 0, 2, 0, 0, 0, 0}
	}
	b := le{1, uint8(len(v.Shape))}
	b.zeros(6)
	for _, d := range v.Shape {
		b.u64(uint64(d))
	}
	return b
}

// check returns the elements of a value, and an error for one whose parts do
// not fit together.
func (v *Value) check(streamed bool) (points int, err error) {
	if v.Null {
		return 0, nil
	}
	dims := make([]uint64, len(v.Shape))
	for i, d := range v.Shape {
		if d < 0 {
			return 0, fmt.Errorf("dimensions must be >= 0, received %v", v.Shape)
		}
		dims[i] = uint64(d)
	}
	if len(dims) > DefaultLimits().Rank {
		return 0, fmt.Errorf("rank must be <= %d, received %d", DefaultLimits().Rank, len(dims))
	}
	n, ok := product(dims)
	size, fits := mulSize(n, uint64(max(v.Type.Size, 0)))
	switch {
	case !ok || !fits:
		return 0, fmt.Errorf("shape %v is too large", v.Shape)
	case streamed:
		return int(n), nil
	case v.Type.Class == ClassString && uint64(len(v.Strings)) != n:
		return 0, fmt.Errorf("shape %v needs %d strings, received %d", v.Shape, n, len(v.Strings))
	case v.Type.Class != ClassString && uint64(len(v.Raw)) != size:
		return 0, fmt.Errorf("shape %v of %s needs %d bytes, received %d", v.Shape, v.Type, size, len(v.Raw))
	}
	return int(n), nil
}
