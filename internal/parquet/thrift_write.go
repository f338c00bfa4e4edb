package parquet

import "encoding/binary"

// structure writes a struct of the compact protocol, field after field by rising
// number.
type structure struct {
	b    []byte
	last int
}

func (s *structure) field(id int, kind byte) {
	s.b = append(s.b, byte(id-s.last)<<4|kind)
	s.last = id
}

func appendZigzag(b []byte, v int64) []byte {
	return binary.AppendUvarint(b, uint64(v<<1)^uint64(v>>63))
}

func (s *structure) i32(id, v int) {
	s.field(id, compactI32)
	s.b = appendZigzag(s.b, int64(v))
}

func (s *structure) i64(id int, v int64) {
	s.field(id, compactI64)
	s.b = appendZigzag(s.b, v)
}

func (s *structure) text(id int, v string) {
	s.field(id, compactBinary)
	s.b = appendText(s.b, v)
}

func appendText(b []byte, v string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(v))), v...)
}

// list begins a list of n elements, which the caller appends to b.
func (s *structure) list(id int, kind byte, n int) {
	s.field(id, compactList)
	if n < 15 {
		s.b = append(s.b, byte(n)<<4|kind)
		return
	}
	s.b = binary.AppendUvarint(append(s.b, 15<<4|kind), uint64(n))
}

// object writes a struct as a field.
func (s *structure) object(id int, inner []byte) {
	s.field(id, compactStruct)
	s.b = append(s.b, inner...)
}

// end is the whole struct.
func (s *structure) end() []byte { return append(s.b, 0) }
