package runtime

// reshapeFrom is reshape in which CopyAxis is an axis of the second input, whose
// data it does not use.
type reshapeFrom struct{ sizes []int }

func (*reshapeFrom) name() string { return "reshape" }

func (*reshapeFrom) view() {}

func (o *reshapeFrom) infer(in []Type) ([]Type, error) {
	x, like := in[0], in[1].Shape
	sizes, unknown := make([]int, len(o.sizes)), -1
	for i, d := range o.sizes {
		if d < Infer {
			a := -2 - d
			if a >= len(like) {
				return nil, &ShapeError{Wanted: "a tensor with the axis whose size is copied", Received: like.String()}
			}
			if d = like[a]; d < 0 {
				unknown = i
			}
		}
		sizes[i] = d
	}
	if unknown < 0 {
		return (&reshape{sizes}).infer(in[:1])
	}
	out := make(Shape, len(sizes))
	for i, d := range sizes {
		out[i] = max(d, Unknown)
	}
	return []Type{{x.DType, out}}, nil
}

// keepsRows holds if the first axis is that of the batch.
func (o *reshapeFrom) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && rows[1] && len(o.sizes) > 0 && o.sizes[0] == CopyAxis(0)
}

func (*reshapeFrom) prepare(*operands) (task, error) { return task{}, nil }

func (*reshapeFrom) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.ReshapeLike(dout[0], n.in[0]), nil}
}

// ReshapeFrom adds the elements of x under another shape, in which CopyAxis is the
// size of an axis of like.
func (b *Builder) ReshapeFrom(x, like *Value, sizes ...int) *Value {
	if x == like {
		return b.Reshape(x, sizes...)
	}
	return b.apply(&reshapeFrom{append([]int{}, sizes...)}, x, like)
}
