package runtime

import (
	"fmt"
	"unsafe"
)

// cross hashes elements that stand at the same place of all inputs together.
type cross struct{ buckets int }

func (cross) name() string { return "cross" }

func (cross) takesStrings() {}

func (o cross) infer(in []Type) ([]Type, error) {
	for _, t := range in {
		if t.DType != String && t.DType != Int64 || len(t.Shape) != len(in[0].Shape) {
			return nil, &ShapeError{Wanted: "strings or int64, of one shape", Received: fmt.Sprint(in)}
		}
		if t.Shape.Known() && in[0].Shape.Known() && !t.Shape.Equal(in[0].Shape) {
			return nil, &ShapeError{Wanted: in[0].Shape.String(), Received: t.Shape.String()}
		}
	}
	if o.buckets < 1 {
		return nil, &ShapeError{Wanted: "buckets", Received: fmt.Sprint(o.buckets)}
	}
	return []Type{{Int64, in[0].Shape}}, nil
}

func (cross) keepsRows(_ *node, rows []bool) bool {
	for _, r := range rows {
		if !r {
			return false
		}
	}
	return true
}

func (o cross) prepare(a *operands) (task, error) {
	in, y := a.in, a.out[0]
	const cost = 50 // of hashing one
	return chunked(y.len, float64(cost*len(in)), func(f *frame, lo, hi int) {
		dst := f.i64(y)
		for i := lo; i < hi; i++ {
			h := uint64(0xDECAFCAFFE) // what TensorFlow begins with
			for _, x := range in {
				if x.DType == String {
					s := f.strings(x)[i]
					h = joinHashes(h, Hash{}.Of(unsafe.Slice(unsafe.StringData(s), len(s))))
				} else {
					h = joinHashes(h, uint64(f.i64(x)[i]))
				}
			}
			dst[i] = int64(h % uint64(o.buckets))
		}
	})
}

func (o cross) gradient(_ *Builder, n *node, _ []*Value) []*Value { return make([]*Value, len(n.in)) }

// Cross adds, for elements at the same place of all inputs, strings or int64, the
// remainder of their joint hash by the number of buckets, as TensorFlow's
// sparse.cross_hashed computes it.
func (b *Builder) Cross(buckets int, in ...*Value) *Value { return b.apply(cross{buckets}, in...) }
