package runtime

import (
	"cmp"
	"slices"
)

// order is the places of a last axis's elements in the order of their size. Equal
// elements keep their order; NaN comes last.
type order struct{ falling bool }

func (order) name() string { return "order" }

func (order) infer(in []Type) ([]Type, error) {
	if in[0].DType == Bool || in[0].rank() == 0 {
		return nil, &ShapeError{Wanted: "numbers of rank 1 or more", Received: in[0].String()}
	}
	return []Type{{Int32, in[0].Shape}}, nil
}

func (order) keepsRows(n *node, rows []bool) bool { return rows[0] && n.in[0].Rank() > 1 }

func (o order) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	n := y.Shape[len(y.Shape)-1]
	if y.len == 0 {
		return task{}, nil
	}
	return task{parts: y.len / n, cost: 30 * float64(y.len), run: func(f *frame, lo, hi int) {
		for r := lo; r < hi && !f.expired(); r++ {
			places := f.i32(y)[r*n:][:n]
			for i := range places {
				places[i] = int32(i)
			}
			switch x.DType {
			case Float32:
				sortPlaces(places, f.f32(x)[r*n:][:n], o.falling)
			case Int32:
				sortPlaces(places, f.i32(x)[r*n:][:n], o.falling)
			case Int64:
				sortPlaces(places, f.i64(x)[r*n:][:n], o.falling)
			}
		}
	}}, nil
}

func sortPlaces[T float32 | int32 | int64](places []int32, x []T, falling bool) {
	slices.SortStableFunc(places, func(i, k int32) int {
		a, b := x[i], x[k]
		if a != a || b != b { // cmp puts NaN first
			return cmp.Compare(b, a)
		}
		if falling {
			return cmp.Compare(b, a)
		}
		return cmp.Compare(a, b)
	})
}

func (order) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// Order adds the int32 places of the last axis's elements in rising or falling
// order. Equal elements stay in their order; NaN is last either way.
func (b *Builder) Order(x *Value, falling bool) *Value { return b.apply(order{falling}, x) }
