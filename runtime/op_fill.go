package runtime

// fill is a tensor of one number. Its shape is what reshape would make of the
// input, whose data it does not use, except that the sizes need not fit.
type fill struct {
	sizes []int
	value float32
}

func (o *fill) name() string { return "fill" }

func (o *fill) infer(in []Type) ([]Type, error) {
	s := make(Shape, len(o.sizes))
	for i, d := range o.sizes {
		switch a := -2 - d; {
		case d >= 0:
			s[i] = d
		case a < 0 || a >= len(in[0].Shape):
			return nil, &ShapeError{Wanted: "sizes, or axes of the input", Received: in[0].String()}
		default:
			s[i] = in[0].Shape[a]
		}
	}
	return []Type{{Float32, s}}, nil
}

// keepsRows holds if the first axis is the batch.
func (o *fill) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && len(o.sizes) > 0 && o.sizes[0] == CopyAxis(0)
}

func (o *fill) prepare(a *operands) (task, error) {
	y := a.out[0]
	return chunked(y.len, 1, func(f *frame, lo, hi int) {
		dst := f.f32(y)[lo:hi]
		if o.value == 0 {
			clear(dst)
			return
		}
		for i := range dst {
			dst[i] = o.value
		}
	})
}

func (o *fill) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// Fill adds a float32 tensor in which every element is value. Sizes may be
// CopyAxis, which takes the size of an axis of like.
func (b *Builder) Fill(like *Value, value float32, sizes ...int) *Value {
	return b.apply(&fill{append([]int{}, sizes...), value}, like)
}

// ZerosLike adds float32 zeros in the shape of like.
func (b *Builder) ZerosLike(like *Value) *Value {
	sizes := make([]int, like.Rank())
	for i := range sizes {
		sizes[i] = CopyAxis(i)
	}
	return b.Fill(like, 0, sizes...)
}
