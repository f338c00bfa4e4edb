package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
)

// nativeLittle is whether this machine is little-endian.
var nativeLittle = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

func (t Datatype) byteOrder() binary.ByteOrder {
	if t.BigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func toFloat32(t Datatype) (func([]float32, []byte), error) { return toFloat[float32](t) }
func toFloat64(t Datatype) (func([]float64, []byte), error) { return toFloat[float64](t) }

// toFloat gives the conversion of elements of a numeric type to floats.
func toFloat[T float32 | float64](t Datatype) (func([]T, []byte), error) {
	t = t.number()
	order := t.byteOrder()
	if t.Class == ClassInteger {
		load, err := loadInt(t)
		if err != nil {
			return nil, err
		}
		if t.Size == 8 && !t.Signed {
			return func(dst []T, raw []byte) {
				for i := range dst {
					dst[i] = T(order.Uint64(raw[8*i:]))
				}
			}, nil
		}
		return func(dst []T, raw []byte) {
			for i := range dst {
				dst[i] = T(load(raw[i*t.Size:]))
			}
		}, nil
	}
	if t.Class != ClassFloat {
		return nil, unsupported("data of type %s as numbers", t)
	}
	switch t.Format {
	case "float16":
		return func(dst []T, raw []byte) {
			for i := range dst {
				dst[i] = T(halfToFloat32(order.Uint16(raw[2*i:])))
			}
		}, nil
	case "bfloat16":
		return func(dst []T, raw []byte) {
			for i := range dst {
				dst[i] = T(math.Float32frombits(uint32(order.Uint16(raw[2*i:])) << 16))
			}
		}, nil
	case "float32":
		return func(dst []T, raw []byte) {
			for i := range dst {
				dst[i] = T(math.Float32frombits(order.Uint32(raw[4*i:])))
			}
		}, nil
	case "float64":
		return func(dst []T, raw []byte) {
			for i := range dst {
				dst[i] = T(math.Float64frombits(order.Uint64(raw[8*i:])))
			}
		}, nil
	}
	return nil, unsupported("%s", t)
}

// toInt64 gives the conversion of elements of an integer type.
func toInt64(t Datatype) (func([]int64, []byte) error, error) {
	t = t.number()
	load, err := loadInt(t)
	if err != nil {
		return nil, err
	}
	unsigned := t.Size == 8 && !t.Signed
	return func(dst []int64, raw []byte) error {
		for i := range dst {
			dst[i] = load(raw[i*t.Size:])
			if unsigned && dst[i] < 0 {
				return broken("integer", -1, fmt.Sprintf("at most %d", int64(math.MaxInt64)), "%d", uint64(dst[i]))
			}
		}
		return nil
	}, nil
}

func loadInt(t Datatype) (func([]byte) int64, error) {
	order := t.byteOrder()
	if t.Class != ClassInteger {
		return nil, unsupported("data of type %s as integers", t)
	}
	if t.odd != "" {
		return nil, unsupported("%s", t.odd)
	}
	switch {
	case t.Size == 1 && t.Signed:
		return func(b []byte) int64 { return int64(int8(b[0])) }, nil
	case t.Size == 1:
		return func(b []byte) int64 { return int64(b[0]) }, nil
	case t.Size == 2 && t.Signed:
		return func(b []byte) int64 { return int64(int16(order.Uint16(b))) }, nil
	case t.Size == 2:
		return func(b []byte) int64 { return int64(order.Uint16(b)) }, nil
	case t.Size == 4 && t.Signed:
		return func(b []byte) int64 { return int64(int32(order.Uint32(b))) }, nil
	case t.Size == 4:
		return func(b []byte) int64 { return int64(order.Uint32(b)) }, nil
	}
	return func(b []byte) int64 { return int64(order.Uint64(b)) }, nil
}

// halfToFloat32 widens an IEEE 754 binary16; every value is exact.
func halfToFloat32(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent, fraction := uint32(h>>10&31), uint32(h&0x3ff)
	switch {
	case exponent == 31:
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	case exponent == 0:
		v := float32(fraction) * (1.0 / (1 << 24))
		return math.Float32frombits(sign | math.Float32bits(v))
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
