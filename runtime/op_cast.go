package runtime

import "unsafe"

// cast converts elements to another type. A float becomes an integer by
// dropping its fraction, anything but 0 becomes true.
type cast struct{ to DType }

func (o cast) name() string { return "cast" }

func (o cast) infer(in []Type) ([]Type, error) {
	if o.to == String || o.to == Int8 {
		return nil, &ShapeError{Wanted: "a type of numbers", Received: o.to.String()}
	}
	return []Type{{o.to, in[0].Shape}}, nil
}

func (o cast) keepsRows(_ *node, rows []bool) bool { return rows[0] }

func (o cast) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	return chunked(y.len, 1, func(f *frame, lo, hi int) {
		switch x.DType {
		case Float32:
			castTo(f, y, lo, f.f32(x)[lo:hi])
		case Int32:
			castTo(f, y, lo, f.i32(x)[lo:hi])
		case Int64:
			castTo(f, y, lo, f.i64(x)[lo:hi])
		case Bool:
			castTo(f, y, lo, bytesOf(f.bools(x)[lo:hi]))
		case Int8:
			castTo(f, y, lo, f.i8(x)[lo:hi])
		}
	})
}

// numeric is a type that casts read; bools are 0 and 1.
type numeric interface {
	float32 | int32 | int64 | int8 | uint8
}

// bytesOf returns bools as 0 and 1, in the same memory.
func bytesOf(b []bool) []uint8 {
	return unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}

func castTo[T numeric](f *frame, y operand, at int, x []T) {
	switch y.DType {
	case Float32:
		castNumbers(f.f32(y)[at:], x)
	case Int32:
		castNumbers(f.i32(y)[at:], x)
	case Int64:
		castNumbers(f.i64(y)[at:], x)
	case Bool:
		dst := f.bools(y)[at:][:len(x)]
		for i, v := range x {
			dst[i] = v != 0
		}
	}
}

func castNumbers[D, S numeric](dst []D, x []S) {
	dst = dst[:len(x)]
	for i, v := range x {
		dst[i] = D(v)
	}
}

func (o cast) gradient(b *Builder, n *node, dout []*Value) []*Value { return []*Value{nil} }

// Cast adds x converted to the given type; x itself if it has that type.
func (b *Builder) Cast(x *Value, to DType) *Value {
	if x.DType == to {
		return x
	}
	return b.apply(cast{to}, x)
}
