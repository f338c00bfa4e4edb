package runtime

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// DType is the type of a tensor's elements.
type DType uint8

// The element types a graph computes with. Half precision and float64 exist
// only in files; they are converted to Float32 where they enter a graph.
const (
	Float32 DType = iota
	Int32
	Int64
	Bool
	String // UTF-8 by convention, any bytes in fact
	Int8   // of quantized weights: few operations take it, Cast makes it another type
)

// Size returns the bytes of one element.
func (d DType) Size() int {
	switch d {
	case Int64:
		return 8
	case Bool, Int8:
		return 1
	case String:
		return int(unsafe.Sizeof("")) // without the text
	}
	return 4
}

func (d DType) String() string {
	switch d {
	case Float32:
		return "float32"
	case Int32:
		return "int32"
	case Int64:
		return "int64"
	case Bool:
		return "bool"
	case String:
		return "string"
	case Int8:
		return "int8"
	}
	return fmt.Sprintf("DType(%d)", uint8(d))
}

// Tensor is a dense array in row-major order. Its memory may be shared: a
// tensor given to a Builder or returned by a Model must not be changed.
type Tensor struct {
	dtype DType
	shape Shape
	data  unsafe.Pointer
	n     int

	source source // in place of data
}

// Feed names tensors.
type Feed map[string]*Tensor

// NewTensor returns a zeroed tensor, of empty strings for String. The shape must be fully known and its
// size must fit an int, or it returns a *ShapeError.
func NewTensor(dtype DType, shape ...int) (*Tensor, error) {
	n, ok := Shape(shape).elements()
	if !ok || n > math.MaxInt/16 {
		return nil, &ShapeError{What: "tensor", Wanted: "a known shape whose size fits the address space", Received: Shape(shape).String()}
	}
	t := &Tensor{dtype: dtype, shape: append(Shape{}, shape...), n: n}
	switch {
	case n == 0:
	case dtype == String:
		t.data = unsafe.Pointer(unsafe.SliceData(make([]string, n)))
	default:
		t.data = unsafe.Pointer(unsafe.SliceData(kernel.AlignedFloats((n*dtype.Size() + 3) / 4)))
	}
	return t, nil
}

// element is a Go type that a tensor's memory can be seen as.
type element interface {
	float32 | int32 | int64 | bool | string | int8
}

func dtypeOf[T element]() DType {
	var z T
	switch any(z).(type) {
	case int32:
		return Int32
	case int64:
		return Int64
	case bool:
		return Bool
	case string:
		return String
	case int8:
		return Int8
	}
	return Float32
}

// TensorOf returns a tensor of the given shape over data, without copying it.
// It returns a *ShapeError when the shape does not hold len(data) elements.
func TensorOf[T element](data []T, shape ...int) (*Tensor, error) {
	n, ok := Shape(shape).elements()
	if !ok || n != len(data) {
		return nil, &ShapeError{What: "tensor", Wanted: fmt.Sprintf("a shape of %d elements", len(data)), Received: Shape(shape).String()}
	}
	return &Tensor{dtype: dtypeOf[T](), shape: append(Shape{}, shape...), n: n, data: unsafe.Pointer(unsafe.SliceData(data))}, nil
}

// Scalar returns a float32 tensor of rank 0.
func Scalar(v float32) *Tensor {
	t, _ := TensorOf([]float32{v})
	return t
}

// Ints returns an int32 vector.
func Ints(v ...int) *Tensor {
	data := make([]int32, len(v))
	for i, x := range v {
		data[i] = int32(x)
	}
	t, _ := TensorOf(data, len(data))
	return t
}

// DType returns the element type.
func (t *Tensor) DType() DType { return t.dtype }

// Shape returns the shape; it must not be changed.
func (t *Tensor) Shape() Shape { return t.shape }

// Len returns the number of elements.
func (t *Tensor) Len() int { return t.n }

// Type returns element type and shape together.
func (t *Tensor) Type() Type { return Type{t.dtype, t.shape} }

// Float32s returns the elements of a Float32 tensor, sharing its memory, and
// nil for any other element type.
func (t *Tensor) Float32s() []float32 { return view[float32](t) }

// Int32s returns the elements of an Int32 tensor, and nil for any other type.
func (t *Tensor) Int32s() []int32 { return view[int32](t) }

// Int64s returns the elements of an Int64 tensor, and nil for any other type.
func (t *Tensor) Int64s() []int64 { return view[int64](t) }

// Bools returns the elements of a Bool tensor, and nil for any other type.
func (t *Tensor) Bools() []bool { return view[bool](t) }

// Int8s returns the elements of an Int8 tensor, and nil for any other type.
func (t *Tensor) Int8s() []int8 { return view[int8](t) }

// Strings returns the elements of a String tensor, and nil for any other type.
func (t *Tensor) Strings() []string { return view[string](t) }

// Bytes returns the memory of the elements, in the machine's byte order, and nil
// for a String tensor: copying that would hide its text from the garbage
// collector.
func (t *Tensor) Bytes() []byte {
	if t.dtype == String {
		return nil
	}
	return unsafe.Slice((*byte)(t.memory()), t.n*t.dtype.Size())
}

func view[T element](t *Tensor) []T {
	if t.dtype != dtypeOf[T]() {
		return nil
	}
	return unsafe.Slice((*T)(t.memory()), t.n)
}

// Reshaped returns the same memory under another shape of the same size.
func (t *Tensor) Reshaped(shape ...int) (*Tensor, error) {
	n, ok := Shape(shape).elements()
	if !ok || n != t.n {
		return nil, &ShapeError{What: "reshape", Wanted: fmt.Sprintf("a shape of %d elements", t.n), Received: Shape(shape).String()}
	}
	return &Tensor{dtype: t.dtype, shape: append(Shape{}, shape...), n: n, data: t.data, source: t.source}, nil
}

// Clone returns a copy with memory of its own.
func (t *Tensor) Clone() *Tensor {
	c, _ := NewTensor(t.dtype, t.shape...)
	if t.source != nil {
		t.source.write(c.Float32s())
		return c
	}
	copy(c.Bytes(), t.Bytes())
	copy(c.Strings(), t.Strings())
	return c
}
