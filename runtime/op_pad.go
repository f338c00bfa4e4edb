package runtime

import "fmt"

// pad adds elements with one value before and after every axis.
type pad struct {
	before, after []int
	value         float32
}

func (o *pad) Name() string { return "pad" }

func (o *pad) Infer(in []Type) ([]Type, error) {
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

func (o *pad) Rows(_ *Node, rows []bool) bool {
	return rows[0] && len(o.before) > 0 && o.before[0] == 0 && o.after[0] == 0
}

func (o *pad) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	if y.Len == 0 {
		return Kernel{}, nil
	}
	inside := &slice{make([]Range, len(x.Shape))}
	for i, d := range x.Shape {
		inside.ranges[i] = Range{o.before[i], o.before[i] + d, 1}
	}
	r := inside.runs(y.Shape, x.Shape)
	return serial(y.Len, func(f *Frame) {
		if y.DType == Float32 && o.value != 0 {
			dst := f.F32(y)
			for i := range dst {
				dst[i] = o.value
			}
		} else {
			clear(f.bytes(y))
		}
		if x.Len == 0 {
			return
		}
		for i := range r.count {
			copy(f.raw(y, r.at(i), r.length), f.raw(x, i*r.length, r.length))
		}
	})
}

func (o *pad) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
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
	return b.Apply(&pad{append([]int{}, before...), append([]int{}, after...), value}, x)
}
