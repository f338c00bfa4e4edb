package runtime

import "fmt"

// takeAlong takes elements of the last axis by int32 places, which stand in a
// tensor of the same leading axes. Negative places count from the end.
type takeAlong struct{}

func (takeAlong) name() string { return "take_along" }

func (takeAlong) infer(in []Type) ([]Type, error) {
	x, index := in[0].Shape, in[1].Shape
	refused := &ShapeError{Wanted: "a tensor and int32 places with the same leading axes", Received: in[0].String() + " and " + in[1].String()}
	if in[1].DType != Int32 || len(x) == 0 || len(x) != len(index) {
		return nil, refused
	}
	for i := range x[:len(x)-1] {
		if x[i] != index[i] && x[i] >= 0 && index[i] >= 0 {
			return nil, refused
		}
	}
	return []Type{{in[0].DType, index}}, nil
}

func (takeAlong) keepsRows(n *node, rows []bool) bool {
	return rows[0] && rows[1] && n.in[0].Rank() > 1
}

func (o takeAlong) prepare(a *operands) (task, error) {
	x, index, y := a.in[0], a.in[1], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	n, k := x.Shape[len(x.Shape)-1], y.Shape[len(y.Shape)-1]
	return serial(y.len, func(f *frame) {
		for i, at := range f.i32(index) {
			place := wrapped(int(at), n)
			if place < 0 {
				panic(outsideOf(at, n))
			}
			copy(f.raw(y, i, 1), f.raw(x, i/k*n+place, 1))
		}
	})
}

// wrapped counts a negative place from the end of an axis of n, and returns -1
// for one outside.
func wrapped(at, n int) int {
	if at < 0 {
		at += n
	}
	if at >= n {
		return -1
	}
	return max(at, -1)
}

// outsideOf is what an operation ends with at a place outside of an axis of n.
func outsideOf(at int32, n int) dataError {
	return dataError{&ShapeError{What: "index", Wanted: fmt.Sprintf("%d to %d", -n, n-1), Received: fmt.Sprint(at)}}
}

func (takeAlong) gradient(b *Builder, n *node, dout []*Value) []*Value {
	if dout[0].DType != Float32 {
		return []*Value{nil, nil}
	}
	return []*Value{b.apply(addAlong{}, dout[0], n.in[1], n.in[0]), nil}
}

// addAlong adds elements into zeros of its third input's shape, by places of the
// last axis: the derivative of takeAlong.
type addAlong struct{}

func (addAlong) name() string { return "add_along" }

func (addAlong) infer(in []Type) ([]Type, error) { return []Type{{Float32, in[2].Shape}}, nil }

func (addAlong) keepsRows(n *node, rows []bool) bool {
	return rows[0] && rows[1] && rows[2] && n.in[0].Rank() > 1
}

func (addAlong) prepare(a *operands) (task, error) {
	d, index, y := a.in[0], a.in[1], a.out[0]
	n, k := y.Shape[len(y.Shape)-1], d.Shape[len(d.Shape)-1]
	return serial(y.len+d.len, func(f *frame) {
		dst := f.f32(y)
		clear(dst)
		for i, v := range f.f32(d) {
			if place := wrapped(int(f.i32(index)[i]), n); place >= 0 {
				dst[i/k*n+place] += v
			}
		}
	})
}

func (addAlong) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.TakeAlong(dout[0], n.in[1]), nil, nil}
}

// TakeAlong adds the elements of x's last axis that the int32 places name. x and
// index have the same leading axes. A place outside ends the call in a *ShapeError.
func (b *Builder) TakeAlong(x, index *Value) *Value { return b.apply(takeAlong{}, x, index) }
