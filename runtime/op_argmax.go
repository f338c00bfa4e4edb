package runtime

// argmax is the place of the largest element of the last axis, the first of
// equal ones.
type argmax struct{}

func (argmax) name() string { return "argmax" }

func (argmax) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 || in[0].rank() == 0 {
		return nil, &ShapeError{Wanted: "float32 of rank 1 or more", Received: in[0].String()}
	}
	s := in[0].Shape
	return []Type{{Int32, s[:len(s)-1]}}, nil
}

func (argmax) keepsRows(n *node, rows []bool) bool { return rows[0] && n.in[0].Rank() > 1 }

func (argmax) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 || x.len == 0 {
		return task{}, nil
	}
	cols := x.len / y.len
	return serial(x.len, func(f *frame) {
		for r := range y.len {
			row, best := f.f32(x)[r*cols:][:cols], 0
			for i, v := range row {
				if v > row[best] {
					best = i
				}
			}
			f.i32(y)[r] = int32(best)
		}
	})
}

func (argmax) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// ArgMax adds the int32 place of the largest element of the last axis.
func (b *Builder) ArgMax(x *Value) *Value { return b.apply(argmax{}, x) }
