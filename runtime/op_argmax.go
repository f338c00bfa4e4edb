package runtime

// argmax is the place of the largest element of the last axis, the first of
// equal ones.
type argmax struct{}

func (argmax) Name() string { return "argmax" }

func (argmax) Infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 || in[0].rank() == 0 {
		return nil, &ShapeError{Wanted: "float32 of rank 1 or more", Received: in[0].String()}
	}
	s := in[0].Shape
	return []Type{{Int32, s[:len(s)-1]}}, nil
}

func (argmax) Rows(n *Node, rows []bool) bool { return rows[0] && n.In[0].Rank() > 1 }

func (argmax) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	if y.Len == 0 || x.Len == 0 {
		return Kernel{}, nil
	}
	cols := x.Len / y.Len
	return serial(x.Len, func(f *Frame) {
		for r := range y.Len {
			row, best := f.F32(x)[r*cols:][:cols], 0
			for i, v := range row {
				if v > row[best] {
					best = i
				}
			}
			f.I32(y)[r] = int32(best)
		}
	})
}

func (argmax) Gradient(*Builder, *Node, []*Value) []*Value { return []*Value{nil} }

// ArgMax adds the int32 place of the largest element of the last axis.
func (b *Builder) ArgMax(x *Value) *Value { return b.Apply(argmax{}, x) }
