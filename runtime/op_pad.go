package runtime

import "fmt"

// pad adds elements with one value before and after every axis.
type pad struct {
	before, after []int
	value         float32
}

func (o *pad) name() string { return "pad" }

func (o *pad) infer(in []Type) ([]Type, error) {
	s := in[0].Shape
	if len(s) != len(o.before) || len(s) != len(o.after) {
		return nil, &ShapeError{Wanted: fmt.Sprintf("rank %d", len(o.before)), Received: s.String()}
	}
	out := s.clone()
	for i := range s {
		if o.before[i] < 0 || o.after[i] < 0 {
			return nil, &ShapeError{Wanted: "padding >= 0", Received: fmt.Sprint(o.before, o.after)}
		}
		if s[i] >= 0 {
			out[i] += o.before[i] + o.after[i]
		}
	}
	return []Type{{in[0].DType, out}}, nil
}

func (o *pad) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && len(o.before) > 0 && o.before[0] == 0 && o.after[0] == 0
}

func (o *pad) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	inside := &slice{make([]Range, len(x.Shape))}
	for i, d := range x.Shape {
		inside.ranges[i] = Range{o.before[i], o.before[i] + d, 1}
	}
	r := inside.runs(y.Shape, x.Shape)
	return serial(y.len, func(f *frame) {
		if y.DType == Float32 && o.value != 0 {
			dst := f.f32(y)
			for i := range dst {
				dst[i] = o.value
			}
		} else {
			clear(f.bytes(y))
		}
		if x.len == 0 {
			return
		}
		for i := range r.count {
			copy(f.raw(y, r.at(i), r.length), f.raw(x, i*r.length, r.length))
		}
	})
}

func (o *pad) gradient(b *Builder, n *node, dout []*Value) []*Value {
	ranges := make([]Range, len(o.before))
	for i := range ranges {
		if ranges[i] = (Range{o.before[i], -o.after[i], 1}); o.after[i] == 0 {
			ranges[i].To = End
		}
	}
	return []*Value{b.Slice(dout[0], ranges...)}
}

// Pad adds before[i] elements in front of axis i and after[i] behind it, all
// with the given value (0 for types other than float32).
func (b *Builder) Pad(x *Value, before, after []int, value float32) *Value {
	return b.apply(&pad{append([]int{}, before...), append([]int{}, after...), value}, x)
}
