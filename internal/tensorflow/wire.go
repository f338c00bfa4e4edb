package tensorflow

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a protocol buffer. Number holds varints and fixed
// values, bytes what is length-delimited; it is part of the message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	value  uint64
	bytes  []byte
}

// text returns a string's content.
func (f field) text() string { return string(f.bytes) }

// message walks the fields of one message. It descends into none, so the depth
// of a file is that of the calls in this package; groups, which could nest in
// themselves, TensorFlow does not use.
func message(data []byte, visit func(field) error) error {
	for at := 0; at < len(data); {
		number, kind, n := protowire.ConsumeTag(data[at:])
		if n < 0 {
			return fmt.Errorf("byte %d: %w", at, protowire.ParseError(n))
		}
		at += n
		f := field{number: number, kind: kind}
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(data[at:])
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(data[at:])
			f.value = uint64(v)
		case protowire.Fixed64Type:
			f.value, n = protowire.ConsumeFixed64(data[at:])
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(data[at:])
		default:
			return fmt.Errorf("byte %d: field %d is of wire type %d, which no message here has", at, number, kind)
		}
		if n < 0 {
			return fmt.Errorf("byte %d, field %d: %w", at, number, protowire.ParseError(n))
		}
		at += n
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// expect reports a field whose wire type is not the one of its declaration.
func (f field) expect(kind protowire.Type) error {
	if f.kind != kind {
		return fmt.Errorf("field %d is of wire type %d, wanted %d", f.number, f.kind, kind)
	}
	return nil
}
