package oip

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/runtime"
)

// Datatype is the protocol's name of an element type.
func Datatype(d runtime.DType) string {
	switch d {
	case runtime.Int32:
		return "INT32"
	case runtime.Int64:
		return "INT64"
	case runtime.Bool:
		return "BOOL"
	case runtime.String:
		return "BYTES"
	}
	return "FP32"
}

// sizes holds the bytes of an element.
var sizes = map[string]int{
	"BOOL": 1, "INT8": 1, "UINT8": 1, "INT16": 2, "UINT16": 2, "FP16": 2, "BF16": 2,
	"INT32": 4, "UINT32": 4, "FP32": 4, "INT64": 8, "UINT64": 8, "FP64": 8,
}

// taken lists what an input of each type takes: its own, and what becomes it as
// Keras would have it. Whole numbers that do not fit are an error.
var taken = map[runtime.DType][]string{
	runtime.Float32: {"FP32", "FP64", "FP16", "BF16", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"},
	runtime.Int32:   {"INT32", "INT64", "INT8", "INT16", "UINT8", "UINT16", "UINT32", "UINT64"},
	runtime.Int64:   {"INT64", "INT32", "INT8", "INT16", "UINT8", "UINT16", "UINT32", "UINT64"},
	runtime.Bool:    {"BOOL"},
	runtime.String:  {"BYTES"},
}

// Accept fails where an input does not take elements of a datatype.
func Accept(input string, d runtime.DType, datatype string) error {
	if !slices.Contains(taken[d], datatype) {
		return fmt.Errorf("input %q: wanted the datatype %s, received %q", input, Datatype(d), datatype)
	}
	return nil
}

// Elements multiplies a shape.
func Elements(shape []int) (int, error) {
	n, empty := 1, false
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape: wanted sizes from 0, received %v", shape)
		}
		empty = empty || d == 0
		if d > 0 {
			if n > math.MaxInt32/d {
				return 0, fmt.Errorf("shape: wanted at most %d elements, received %v", math.MaxInt32, shape)
			}
			n *= d
		}
	}
	if empty {
		n = 0
	}
	return n, nil
}

// FromRaw makes an input's tensor of elements' little-endian bytes, in memory of
// its own.
func FromRaw(input string, d runtime.DType, datatype string, shape []int, raw []byte) (*runtime.Tensor, error) {
	if err := Accept(input, d, datatype); err != nil {
		return nil, err
	}
	n, err := Elements(shape)
	if err != nil {
		return nil, fmt.Errorf("input %q: %w", input, err)
	}
	if d == runtime.String {
		texts, err := split(input, raw, n)
		if err != nil {
			return nil, err
		}
		return runtime.TensorOf(texts, shape...)
	}
	if len(raw) != n*sizes[datatype] {
		return nil, fmt.Errorf("input %q: wanted %d bytes for %d elements of %s, received %d", input, n*sizes[datatype], n, datatype, len(raw))
	}
	if datatype == Datatype(d) && d != runtime.Bool {
		t, err := runtime.NewTensor(d, shape...)
		if err != nil {
			return nil, err
		}
		littleEndian(t.Bytes(), raw, sizes[datatype])
		return t, nil
	}
	t, err := arrays.Tensor(array(datatype, shape, n, raw), d)
	if err != nil {
		return nil, fmt.Errorf("input %q: %w", input, err)
	}
	return t, nil
}

// split reads n texts, each behind its length in four bytes.
func split(input string, raw []byte, n int) ([]string, error) {
	if n > len(raw)/4 {
		return nil, fmt.Errorf("input %q: wanted %d texts of BYTES, received %d bytes", input, n, len(raw))
	}
	texts := make([]string, n)
	for i := range texts {
		if len(raw) < 4 || uint64(binary.LittleEndian.Uint32(raw)) > uint64(len(raw)-4) {
			return nil, fmt.Errorf("input %q: text %d: wanted its length in four bytes and as many bytes, received %d", input, i, len(raw))
		}
		end := 4 + int(binary.LittleEndian.Uint32(raw))
		texts[i], raw = string(raw[4:end]), raw[end:]
	}
	if len(raw) > 0 {
		return nil, fmt.Errorf("input %q: wanted %d texts of BYTES, received %d bytes behind them", input, n, len(raw))
	}
	return texts, nil
}

// Join writes texts, each behind its length in four bytes.
func Join[T string | []byte](texts []T) []byte {
	var out []byte
	for _, s := range texts {
		out = append(binary.LittleEndian.AppendUint32(out, uint32(len(s))), s...)
	}
	return out
}

// Raw returns the little-endian bytes of a tensor's elements.
func Raw(t *runtime.Tensor) []byte {
	if t.DType() == runtime.String {
		return Join(t.Strings())
	}
	out := make([]byte, t.Len()*t.DType().Size())
	littleEndian(out, t.Bytes(), t.DType().Size())
	return out
}

// littleEndian copies elements of a size between the machine's byte order and
// little-endian.
func littleEndian(to, from []byte, size int) {
	copy(to, from)
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		for ; len(to) >= size; to = to[size:] {
			slices.Reverse(to[:size])
		}
	}
}

// array is elements' bytes in NumPy's terms.
func array(datatype string, shape []int, n int, raw []byte) *npz.Array {
	le := binary.LittleEndian
	u16 := func(i int) uint16 { return le.Uint16(raw[2*i:]) }
	u32 := func(i int) uint32 { return le.Uint32(raw[4*i:]) }
	u64 := func(i int) uint64 { return le.Uint64(raw[8*i:]) }
	a := &npz.Array{Shape: shape}
	switch datatype {
	case "BOOL":
		a.DType, a.Data = "b1", each(n, func(i int) bool { return raw[i] != 0 })
	case "INT8":
		a.DType, a.Data = "i1", each(n, func(i int) int8 { return int8(raw[i]) })
	case "UINT8":
		a.DType, a.Data = "u1", slices.Clone(raw)
	case "INT16":
		a.DType, a.Data = "i2", each(n, func(i int) int16 { return int16(u16(i)) })
	case "UINT16":
		a.DType, a.Data = "u2", each(n, u16)
	case "FP16":
		a.DType, a.Data = "f2", each(n, u16)
	case "BF16":
		a.DType, a.Data = "f4", each(n, func(i int) float32 { return math.Float32frombits(uint32(u16(i)) << 16) })
	case "INT32":
		a.DType, a.Data = "i4", each(n, func(i int) int32 { return int32(u32(i)) })
	case "UINT32":
		a.DType, a.Data = "u4", each(n, u32)
	case "FP32":
		a.DType, a.Data = "f4", each(n, func(i int) float32 { return math.Float32frombits(u32(i)) })
	case "INT64":
		a.DType, a.Data = "i8", each(n, func(i int) int64 { return int64(u64(i)) })
	case "UINT64":
		a.DType, a.Data = "u8", each(n, u64)
	case "FP64":
		a.DType, a.Data = "f8", each(n, func(i int) float64 { return math.Float64frombits(u64(i)) })
	}
	return a
}

func each[T any](n int, element func(i int) T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = element(i)
	}
	return all
}
