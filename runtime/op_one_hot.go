package runtime

import "fmt"

// oneHot writes 1 at each index and 0 elsewhere along a new last axis.
type oneHot struct{ classes int }

func (oneHot) Name() string { return "one_hot" }

func (o oneHot) Infer(in []Type) ([]Type, error) {
	if in[0].DType != Int32 || o.classes < 0 {
		return nil, &ShapeError{Wanted: "int32 indices and a number of classes", Received: fmt.Sprint(in[0], o.classes)}
	}
	return []Type{{Float32, append(in[0].Shape.clone(), o.classes)}}, nil
}

func (o oneHot) Rows(n *Node, rows []bool) bool { return rows[0] && n.In[0].Rank() > 0 }

func (o oneHot) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	return serial(y.Len, func(f *Frame) {
		dst := f.F32(y)
		clear(dst)
		for i, c := range f.I32(x) {
			if c >= 0 && int(c) < o.classes {
				dst[i*o.classes+int(c)] = 1
			}
		}
	})
}

func (oneHot) Gradient(*Builder, *Node, []*Value) []*Value { return []*Value{nil} }

// OneHot adds a new last axis that is 1 at the int32 index x and 0 elsewhere;
// an index outside gives zeros.
func (b *Builder) OneHot(x *Value, classes int) *Value { return b.Apply(oneHot{classes}, x) }
