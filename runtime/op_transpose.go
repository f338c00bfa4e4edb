package runtime

import (
	"fmt"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// transpose reorders axes: axis i of the result is axis perm[i] of the input.
type transpose struct{ perm []int }

func (o *transpose) name() string { return "transpose" }

func (o *transpose) infer(in []Type) ([]Type, error) {
	s := in[0].Shape
	if len(s) != len(o.perm) {
		return nil, &ShapeError{Wanted: fmt.Sprintf("rank %d", len(o.perm)), Received: s.String()}
	}
	out := make(Shape, len(s))
	seen := make([]bool, len(s))
	for i, a := range o.perm {
		if a < 0 || a >= len(s) || seen[a] {
			return nil, &ShapeError{Wanted: "a permutation of the axes", Received: fmt.Sprint(o.perm)}
		}
		seen[a], out[i] = true, s[a]
	}
	return []Type{{in[0].DType, out}}, nil
}

func (o *transpose) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && len(o.perm) > 0 && o.perm[0] == 0
}

func (o *transpose) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	dims, strides := joinAxes(x.Shape, o.perm)
	k := len(dims)
	if k == 1 {
		return serial(y.len, func(f *frame) { copy(f.bytes(y), f.bytes(x)) })
	}
	outer := Shape(dims[:k-2]).size()
	rows, cols := dims[k-2], dims[k-1]
	rs, cs := strides[k-2], strides[k-1]
	offset := func(i int) int {
		at := 0
		for a := k - 3; a >= 0; a-- {
			at += i % dims[a] * strides[a]
			i /= dims[a]
		}
		return at
	}
	return task{parts: outer, cost: float64(y.len), run: func(f *frame, lo, hi int) {
		for i := lo; i < hi; i++ {
			at := offset(i)
			switch {
			case y.DType == Float32 && rs == 1:
				kernel.Transpose(f.f32(y)[i*rows*cols:], f.f32(x)[at:], cols, rows, cs, cols)
			case y.DType == Float32:
				moveRows(f.f32(y)[i*rows*cols:], f.f32(x)[at:], rows, cols, rs, cs)
			default:
				moveBytes(f, x, y, i*rows*cols, at, rows, cols, rs, cs)
			}
		}
	}}, nil
}

// joinAxes returns the sizes and input strides of the result's axes, with
// neighbours that stay neighbours joined.
func joinAxes(s Shape, perm []int) (dims, strides []int) {
	full := make([]int, len(s))
	n := 1
	for a := len(s) - 1; a >= 0; a-- {
		full[a] = n
		n *= s[a]
	}
	for _, a := range perm {
		if s[a] == 1 {
			continue
		}
		if k := len(dims) - 1; k >= 0 && strides[k] == full[a]*s[a] {
			dims[k] *= s[a]
			strides[k] = full[a]
			continue
		}
		dims, strides = append(dims, s[a]), append(strides, full[a])
	}
	if len(dims) == 0 {
		return []int{1}, []int{1}
	}
	return dims, strides
}

func moveRows[T element](dst, src []T, rows, cols, rs, cs int) {
	for r := range rows {
		d := dst[r*cols:][:cols]
		if cs == 1 {
			copy(d, src[r*rs:])
			continue
		}
		for c := range d {
			d[c] = src[r*rs+c*cs]
		}
	}
}

// moveBytes is moveRows for the other element types.
func moveBytes(f *frame, x, y operand, to, from, rows, cols, rs, cs int) {
	switch y.DType {
	case Int32:
		moveRows(f.i32(y)[to:], f.i32(x)[from:], rows, cols, rs, cs)
	case Int64:
		moveRows(f.i64(y)[to:], f.i64(x)[from:], rows, cols, rs, cs)
	case Bool:
		moveRows(f.bools(y)[to:], f.bools(x)[from:], rows, cols, rs, cs)
	case Int8:
		moveRows(f.i8(y)[to:], f.i8(x)[from:], rows, cols, rs, cs)
	}
}

func (o *transpose) gradient(b *Builder, n *node, dout []*Value) []*Value {
	back := make([]int, len(o.perm))
	for i, a := range o.perm {
		back[a] = i
	}
	return []*Value{b.Transpose(dout[0], back...)}
}

// Transpose adds x with its axes reordered: axis i of the result is axis
// perm[i] of x.
func (b *Builder) Transpose(x *Value, perm ...int) *Value {
	return b.apply(&transpose{append([]int{}, perm...)}, x)
}
