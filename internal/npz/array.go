package npz

import (
	"fmt"
	"math"
)

// Array is one NumPy array in C order.
type Array struct {
	// DType is NumPy's name without byte order: f2 f4 f8 i1 i2 i4 i8 u1 u2 u4
	// u8 b1, or U and S followed by the longest string's length.
	DType string
	// Shape is empty for a 0-d array.
	Shape []int
	// Data is the slice of elements: []float32 for f4, []int64 for i8, []bool
	// for b1, []string for U and S, and so on. f2 is []uint16 of IEEE bits.
	Data any
}

// Named is a member of an archive.
type Named struct {
	Name string
	*Array
}

// Element lists what an array may be made of.
type Element interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | bool | string
}

// Of makes an array of data. No shape means a vector of all of it; use Scalar
// for a 0-d array. WriteNPY checks that shape and data agree.
func Of[T Element](data []T, shape ...int) *Array {
	if len(shape) == 0 {
		shape = []int{len(data)}
	}
	return &Array{DType: nameOf(data), Shape: shape, Data: data}
}

// Scalar makes a 0-d array.
func Scalar[T Element](v T) *Array {
	data := []T{v}
	return &Array{DType: nameOf(data), Shape: []int{}, Data: data}
}

func nameOf(data any) string {
	switch s := data.(type) {
	case []float32:
		return "f4"
	case []float64:
		return "f8"
	case []int8:
		return "i1"
	case []int16:
		return "i2"
	case []int32:
		return "i4"
	case []int64:
		return "i8"
	case []uint8:
		return "u1"
	case []uint16:
		return "u2"
	case []uint32:
		return "u4"
	case []uint64:
		return "u8"
	case []bool:
		return "b1"
	case []string:
		longest := 1
		for _, v := range s {
			longest = max(longest, len([]rune(v)))
		}
		return fmt.Sprintf("U%d", longest)
	}
	return ""
}

// Float32s converts numbers and booleans to float32, rounding where it must.
func (a *Array) Float32s() ([]float32, error) {
	switch s := a.Data.(type) {
	case []float32:
		return s, nil
	case []uint16:
		if a.DType == "f2" {
			return mapped(s, halfToFloat), nil
		}
	}
	wide, err := a.Float64s()
	if err != nil {
		return nil, err
	}
	return mapped(wide, func(v float64) float32 { return float32(v) }), nil
}

// Float64s converts numbers and booleans to float64.
func (a *Array) Float64s() ([]float64, error) {
	switch s := a.Data.(type) {
	case []float64:
		return s, nil
	case []float32:
		return widen(s), nil
	case []int8:
		return widen(s), nil
	case []int16:
		return widen(s), nil
	case []int32:
		return widen(s), nil
	case []int64:
		return widen(s), nil
	case []uint8:
		return widen(s), nil
	case []uint16:
		if a.DType == "f2" {
			return mapped(s, func(h uint16) float64 { return float64(halfToFloat(h)) }), nil
		}
		return widen(s), nil
	case []uint32:
		return widen(s), nil
	case []uint64:
		return widen(s), nil
	case []bool:
		return mapped(s, func(b bool) float64 { return float64(bit(b)) }), nil
	}
	return nil, fmt.Errorf("npz: dtype must be numeric, received %s", a.DType)
}

// Int64s converts integers, booleans and whole floats to int64; it fails where
// a value does not fit.
func (a *Array) Int64s() ([]int64, error) {
	switch s := a.Data.(type) {
	case []int64:
		return s, nil
	case []bool:
		return mapped(s, bit), nil
	case []uint64:
		for i, v := range s {
			if v > math.MaxInt64 {
				return nil, fmt.Errorf("npz: element %d must be <= %d, received %d", i, int64(math.MaxInt64), v)
			}
		}
		return mapped(s, func(v uint64) int64 { return int64(v) }), nil
	}
	wide, err := a.Float64s()
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(wide))
	for i, v := range wide {
		if v != math.Trunc(v) || v < -0x1p63 || v >= 0x1p63 {
			return nil, fmt.Errorf("npz: element %d must be a 64-bit integer, received %v", i, v)
		}
		out[i] = int64(v)
	}
	return out, nil
}

// Strings returns the elements of a U or S array.
func (a *Array) Strings() ([]string, error) {
	if s, ok := a.Data.([]string); ok {
		return s, nil
	}
	return nil, fmt.Errorf("npz: dtype must be a string type (U or S), received %s", a.DType)
}

func mapped[S, T any](src []S, f func(S) T) []T {
	out := make([]T, len(src))
	for i, v := range src {
		out[i] = f(v)
	}
	return out
}

func widen[S float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](src []S) []float64 {
	return mapped(src, func(v S) float64 { return float64(v) })
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
