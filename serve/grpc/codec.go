package grpc

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// codec decodes messages that do not take more memory than is counted for a
// request: a message within another may stand in two bytes and take hundreds.
type codec struct {
	encoding.CodecV2
	most int
}

// Unmarshal implements encoding.CodecV2.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	if m, ok := v.(proto.Message); ok {
		if size := decodedSize(m.ProtoReflect().Descriptor(), data.Materialize(), 0); size > c.most {
			return fmt.Errorf("the message decoded: wanted at most %d bytes, received %d; send tensors as raw contents", c.most, size)
		}
	}
	return c.CodecV2.Unmarshal(data, v)
}

// What Go takes beside the bytes themselves, rounded up.
const (
	ofMessage = 256
	ofString  = 24
	ofNumber  = 8
	maxDepth  = 64
)

// decodedSize estimates the memory of a message from its bytes. Those that are
// broken end it: decoding finds them too.
func decodedSize(d protoreflect.MessageDescriptor, b []byte, depth int) int {
	size := ofMessage
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return size
		}
		b = b[n:]
		n = protowire.ConsumeFieldValue(number, kind, b)
		if n < 0 {
			return size
		}
		if kind == protowire.BytesType {
			v, _ := protowire.ConsumeBytes(b)
			size += fieldSize(d.Fields().ByNumber(number), v, depth)
		} else {
			size += max(ofNumber, n)
		}
		b = b[n:]
	}
	return size
}

// fieldSize is the size of a field that has a length: a message, a text, or numbers
// one after the other.
func fieldSize(f protoreflect.FieldDescriptor, v []byte, depth int) int {
	if f == nil {
		return len(v)
	}
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		if depth < maxDepth {
			return decodedSize(f.Message(), v, depth+1)
		}
	case protoreflect.Int32Kind, protoreflect.Int64Kind, protoreflect.Uint32Kind, protoreflect.Uint64Kind,
		protoreflect.Sint32Kind, protoreflect.Sint64Kind, protoreflect.EnumKind:
		return ofNumber * len(v)
	}
	return ofString + len(v)
}
