package tensorflow

import (
	"fmt"
	"math"
	"math/bits"

	"google.golang.org/protobuf/encoding/protowire"
)

// DType is an element type (tensorflow/core/framework/types.proto).
type DType int

// The element types that have a size.
const (
	Float32  DType = 1
	Float64  DType = 2
	Int32    DType = 3
	Uint8    DType = 4
	Int16    DType = 5
	Int8     DType = 6
	String   DType = 7
	Int64    DType = 9
	Bool     DType = 10
	BFloat16 DType = 14
	Uint16   DType = 17
	Float16  DType = 19
	Uint32   DType = 22
	Uint64   DType = 23
)

var dtypes = map[DType]struct {
	name string
	size int
}{
	Float32: {"float32", 4}, Float64: {"float64", 8}, Int32: {"int32", 4}, Uint8: {"uint8", 1}, Int16: {"int16", 2},
	Int8: {"int8", 1}, String: {"string", 0}, Int64: {"int64", 8}, Bool: {"bool", 1}, BFloat16: {"bfloat16", 2},
	Uint16: {"uint16", 2}, Float16: {"float16", 2}, Uint32: {"uint32", 4}, Uint64: {"uint64", 8},
}

// String returns NumPy's name.
func (d DType) String() string {
	if t, ok := dtypes[d]; ok {
		return t.name
	}
	return fmt.Sprintf("dtype %d", int(d))
}

// Size returns the bytes of an element, 0 for strings and unknown types.
func (d DType) Size() int { return dtypes[d].size }

// Tensor is what a bundle's index says of a tensor.
type Tensor struct {
	Name  string
	DType DType
	Shape []int

	shard  int
	offset int64
	size   int64
	crc    uint32
	slices int // parts that it is split into, which stand elsewhere
}

// maxRank is that of TensorFlow (tensor_shape.h).
const maxRank = 254

// parseTensor reads a BundleEntryProto (tensorflow/core/protobuf/tensor_bundle.proto).
func parseTensor(name string, data []byte) (*Tensor, error) {
	t := &Tensor{Name: name}
	err := message(data, func(f field) error {
		switch f.number {
		case 1:
			t.DType = DType(f.value)
		case 2:
			if err := f.expect(protowire.BytesType); err != nil {
				return err
			}
			return t.parseShape(f.bytes)
		case 3:
			t.shard = int(min(f.value, math.MaxInt32))
		case 4:
			t.offset = int64(f.value)
		case 5:
			t.size = int64(f.value)
		case 6:
			if err := f.expect(protowire.Fixed32Type); err != nil {
				return err
			}
			t.crc = uint32(f.value)
		case 7:
			t.slices++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if t.offset < 0 || t.size < 0 {
		return nil, fmt.Errorf("offset and size must be >= 0, received %d and %d", t.offset, t.size)
	}
	n, ok := t.elements()
	if size := t.DType.Size(); !ok || size > 0 && t.slices == 0 && (n > math.MaxInt64/uint64(size) || int64(n)*int64(size) != t.size) {
		return nil, fmt.Errorf("size must be that of %s %v, received %d bytes", t.DType, t.Shape, t.size)
	}
	return t, nil
}

// parseShape reads a TensorShapeProto.
func (t *Tensor) parseShape(data []byte) error {
	return message(data, func(f field) error {
		if f.number == 3 && f.value != 0 {
			return fmt.Errorf("shape must have a rank, received an unknown one")
		}
		if f.number != 2 {
			return nil
		}
		dim := int64(0)
		err := message(f.bytes, func(d field) error {
			if d.number == 1 {
				dim = int64(d.value)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if dim < 0 {
			return fmt.Errorf("shape must have sizes >= 0, received %d", dim)
		}
		if t.Shape = append(t.Shape, int(dim)); len(t.Shape) > maxRank {
			return fmt.Errorf("rank must be at most %d, received more", maxRank)
		}
		return nil
	})
}

// elements is the product of the shape, false when it does not fit.
func (t *Tensor) elements() (uint64, bool) {
	n := uint64(1)
	for _, d := range t.Shape {
		over, p := bits.Mul64(n, uint64(d))
		if over != 0 {
			return 0, false
		}
		n = p
	}
	return n, true
}

// Len returns the number of elements.
func (t *Tensor) Len() int {
	n, _ := t.elements()
	return int(n)
}

// Bytes returns the size in the file.
func (t *Tensor) Bytes() int64 { return t.size }
