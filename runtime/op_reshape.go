package runtime

import "fmt"

// Infer, as a size in Reshape, is whatever makes the sizes fit.
const Infer = -1

// CopyAxis, as a size in Reshape, is the size of the input's axis a.
func CopyAxis(a int) int { return -2 - a }

// reshape gives the same elements another shape.
type reshape struct{ sizes []int }

func (o *reshape) name() string { return "reshape" }

func (o *reshape) view() {}

func (o *reshape) takesStrings() {}

func (o *reshape) infer(in []Type) ([]Type, error) {
	s := in[0].Shape
	out := make(Shape, len(o.sizes))
	copied := make([]bool, len(s))
	infer, rest := -1, 1
	for i, d := range o.sizes {
		switch {
		case d >= 0:
			out[i] = d
			rest *= d
		case d == Infer:
			if infer >= 0 {
				return nil, &ShapeError{Wanted: "at most one size to infer", Received: fmt.Sprint(o.sizes)}
			}
			infer = i
		default:
			a := -2 - d
			if a >= len(s) {
				return nil, &ShapeError{Wanted: fmt.Sprintf("an input with an axis %d", a), Received: s.String()}
			}
			out[i] = s[a]
			copied[a] = true
		}
	}
	// What is left of the input when the copied axes are taken away.
	left := 1
	for a, d := range s {
		if copied[a] {
			continue
		}
		if d < 0 {
			left = Unknown
			break
		}
		left *= d
	}
	misfit := &ShapeError{Wanted: fmt.Sprintf("a size that fits %s", s), Received: fmt.Sprint(o.sizes)}
	switch {
	case infer >= 0 && left < 0:
		out[infer] = Unknown
	case infer >= 0:
		if rest == 0 && left == 0 {
			out[infer] = 0
		} else if rest == 0 || left%rest != 0 {
			return nil, misfit
		} else {
			out[infer] = left / rest
		}
	case left >= 0 && left != rest:
		return nil, misfit
	}
	return []Type{{in[0].DType, out}}, nil
}

// keepsRows holds if the first axis grows with the batch.
func (o *reshape) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && len(o.sizes) > 0 && (o.sizes[0] == CopyAxis(0) || o.sizes[0] == Infer)
}

// pieces returns how many elements of the result's first axis belong to a row,
// given how many of the input's do; 0 is not known.
func (o *reshape) pieces(n *node, each int) int {
	if o.sizes[0] == CopyAxis(0) {
		return each
	}
	in, known := n.in[0].Shape[1:].elements()
	out, also := n.out[0].Shape[1:].elements()
	if !known || !also || out == 0 {
		return 0
	}
	return each * in / out
}

func (o *reshape) prepare(*operands) (task, error) { return task{}, nil }

func (o *reshape) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.ReshapeLike(dout[0], n.in[0])}
}

// Reshape adds the same elements under another shape. A size may be Infer, once,
// or CopyAxis.
func (b *Builder) Reshape(x *Value, sizes ...int) *Value {
	return b.apply(&reshape{append([]int{}, sizes...)}, x)
}

// ReshapeLike adds x with the shape of like.
func (b *Builder) ReshapeLike(x, like *Value) *Value {
	if x.Shape.Known() && x.Shape.Equal(like.Shape) {
		return x
	}
	return b.apply(reshapeLike{}, x, like)
}

// reshapeLike is reshape to the shape of its second input, whose data it does
// not use.
type reshapeLike struct{}

func (reshapeLike) name() string { return "reshape_like" }

func (reshapeLike) view() {}

func (reshapeLike) takesStrings() {}

func (reshapeLike) infer(in []Type) ([]Type, error) {
	if n, known := in[0].Shape.elements(); known {
		if m, also := in[1].Shape.elements(); also && n != m {
			return nil, &ShapeError{Wanted: in[1].Shape.String(), Received: in[0].Shape.String()}
		}
	}
	return []Type{{in[0].DType, in[1].Shape}}, nil
}

func (reshapeLike) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[1] }

func (reshapeLike) prepare(*operands) (task, error) { return task{}, nil }

func (reshapeLike) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.ReshapeLike(dout[0], n.in[0]), nil}
}

// Squeeze adds x without the given axis, whose size must be 1.
func (b *Builder) Squeeze(x *Value, axis int) *Value {
	a, err := x.Shape.Axis(axis)
	if err != nil {
		return b.Fail(err)
	}
	var sizes []int
	for i := range x.Shape {
		if i != a {
			sizes = append(sizes, CopyAxis(i))
		}
	}
	return b.Reshape(x, sizes...)
}

// ExpandDims adds x with an axis of size 1 at the given place.
func (b *Builder) ExpandDims(x *Value, axis int) *Value {
	if axis < 0 {
		axis += x.Rank() + 1
	}
	if axis < 0 || axis > x.Rank() {
		return b.Fail(&ShapeError{Where: b.Scope, What: "expand_dims", Wanted: fmt.Sprintf("an axis up to %d", x.Rank()), Received: fmt.Sprint(axis)})
	}
	var sizes []int
	for i := range x.Rank() {
		if i == axis {
			sizes = append(sizes, 1)
		}
		sizes = append(sizes, CopyAxis(i))
	}
	if axis == x.Rank() {
		sizes = append(sizes, 1)
	}
	return b.Reshape(x, sizes...)
}
