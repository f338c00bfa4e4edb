package runtime

import "fmt"

// oneHot writes 1 at each index and 0 elsewhere along a new last axis.
type oneHot struct{ classes int }

func (oneHot) name() string { return "one_hot" }

func (o oneHot) infer(in []Type) ([]Type, error) {
	if in[0].DType != Int32 || o.classes < 0 {
		return nil, &ShapeError{Wanted: "int32 indices and a number of classes", Received: fmt.Sprint(in[0], o.classes)}
	}
	return []Type{{Float32, append(in[0].Shape.clone(), o.classes)}}, nil
}

func (o oneHot) keepsRows(n *node, rows []bool) bool { return rows[0] && n.in[0].Rank() > 0 }

func (o oneHot) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	return serial(y.len, func(f *frame) {
		dst := f.f32(y)
		clear(dst)
		for i, c := range f.i32(x) {
			if c >= 0 && int(c) < o.classes {
				dst[i*o.classes+int(c)] = 1
			}
		}
	})
}

func (oneHot) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// OneHot adds a new last axis that is 1 at the int32 index x and 0 elsewhere;
// an index outside gives zeros.
func (b *Builder) OneHot(x *Value, classes int) *Value { return b.apply(oneHot{classes}, x) }
