package grpc

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// contents returns the little-endian bytes of elements that stand in typed lists.
func contents(input, datatype string, c *pb.InferTensorContents) ([]byte, error) {
	le := binary.LittleEndian
	switch datatype {
	case "BOOL":
		return list(c.GetBoolContents(), func(b []byte, v bool) []byte { return append(b, truth(v)) }), nil
	case "INT8", "INT16", "INT32":
		return small(input, datatype, c.GetIntContents())
	case "UINT8", "UINT16", "UINT32":
		return small(input, datatype, c.GetUintContents())
	case "INT64":
		return list(c.GetInt64Contents(), func(b []byte, v int64) []byte { return le.AppendUint64(b, uint64(v)) }), nil
	case "UINT64":
		return list(c.GetUint64Contents(), le.AppendUint64), nil
	case "FP32":
		return list(c.GetFp32Contents(), func(b []byte, v float32) []byte { return le.AppendUint32(b, math.Float32bits(v)) }), nil
	case "BYTES":
		return oip.Join(c.GetBytesContents()), nil
	case "FP64":
		return list(c.GetFp64Contents(), func(b []byte, v float64) []byte { return le.AppendUint64(b, math.Float64bits(v)) }), nil
	}
	return nil, fmt.Errorf("input %q: contents have no field for the datatype %q; raw_input_contents may", input, datatype)
}

func truth(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// list appends all values.
func list[T any](values []T, add func(b []byte, v T) []byte) []byte {
	var b []byte
	for _, v := range values {
		b = add(b, v)
	}
	return b
}

// small writes whole numbers that a wider field holds; they must fit.
func small[T int32 | uint32](input, datatype string, values []T) ([]byte, error) {
	var b []byte
	for i, v := range values {
		n, fits := int64(v), true
		switch datatype {
		case "INT8":
			b, fits = append(b, byte(n)), n == int64(int8(n))
		case "UINT8":
			b, fits = append(b, byte(n)), n == int64(uint8(n))
		case "INT16":
			b, fits = binary.LittleEndian.AppendUint16(b, uint16(n)), n == int64(int16(n))
		case "UINT16":
			b, fits = binary.LittleEndian.AppendUint16(b, uint16(n)), n == int64(uint16(n))
		default:
			b = binary.LittleEndian.AppendUint32(b, uint32(n))
		}
		if !fits {
			return nil, fmt.Errorf("input %q: element %d must fit %s, received %d", input, i, datatype, n)
		}
	}
	return b, nil
}
