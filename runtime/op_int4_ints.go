package runtime

import "fmt"

// int4Ints unpacks numbers from -8 to 7, two neighbours on an axis in a byte, the first
// in its low half, to a byte each (keras/src/quantizers/quantizers.py, unpack_int4).
type int4Ints struct{ axis, size int }

func (int4Ints) name() string { return "int4_ints" }

func (o int4Ints) infer(in []Type) ([]Type, error) {
	s := in[0].Shape
	if in[0].DType != Int8 || o.axis >= len(s) || s[o.axis] != (o.size+1)/2 {
		return nil, &ShapeError{Wanted: fmt.Sprintf("int8 with %d bytes along axis %d", (o.size+1)/2, o.axis), Received: in[0].String()}
	}
	out := s.clone()
	out[o.axis] = o.size
	return []Type{{Int8, out}}, nil
}

func (o int4Ints) keepsRows(_ *node, rows []bool) bool { return rows[0] && o.axis > 0 }

func (o int4Ints) prepare(a *operands) (task, error) {
	in, y := a.in[0], a.out[0]
	inner := 1
	for _, d := range y.Shape[o.axis+1:] {
		inner *= d
	}
	bytes := (o.size + 1) / 2
	return serial(y.len, func(f *frame) {
		packed, dst := f.i8(in), f.i8(y)
		for i := range dst {
			outer, at, k := i/(o.size*inner), i/inner%o.size, i%inner
			dst[i] = signed(half(packed[(outer*bytes+at/2)*inner+k], at))
		}
	})
}

func (int4Ints) gradient(_ *Builder, n *node, _ []*Value) []*Value { return make([]*Value, len(n.in)) }

// UnpackInts adds the numbers from -8 to 7 that share bytes by twos along an axis, of
// the given size, as Int8.
func (b *Builder) UnpackInts(packed *Value, axis, size int) *Value {
	return b.apply(int4Ints{axis, size}, packed)
}
