package runtime

import "fmt"

// int4Floats unpacks a matrix of numbers from -8 to 7, two of which share a byte, the
// first in its low half (keras/src/quantizers/quantizers.py, pack_int4). Unsigned ones
// go from 0 to 15, or to 255 with a byte each. With groups along an axis the number q
// stands for (q - zero)*scale of its group.
//
// Its inputs are the bytes and, with groups, their scales and zeros, int8 or float32, and
// the group of every place on that axis, a number whose fraction is dropped.
type int4Floats struct {
	axis, size int // the packed axis, and its size before packing
	groups     int // the axis along which groups follow each other; -1 without groups
	unsigned   bool
	whole      bool // a byte each
}

func (int4Floats) name() string { return "int4_floats" }

func (o int4Floats) infer(in []Type) ([]Type, error) {
	s, bytes := in[0].Shape, (o.size+1)/2
	if o.whole {
		bytes = o.size
	}
	if in[0].DType != Int8 || len(s) != 2 || s[o.axis] != bytes {
		return nil, &ShapeError{Wanted: fmt.Sprintf("an int8 matrix with %d bytes along axis %d", bytes, o.axis), Received: in[0].String()}
	}
	out := s.clone()
	out[o.axis] = o.size
	if o.groups < 0 {
		return []Type{{Float32, out}}, nil
	}
	scale, zero, group := in[1], in[2], in[3]
	if scale.DType != Float32 || len(scale.Shape) != 2 || scale.Shape[1-o.groups] != out[1-o.groups] || zero.DType != Int8 && zero.DType != Float32 || !zero.Shape.Equal(scale.Shape) ||
		group.DType != Float32 || len(group.Shape) != 1 || group.Shape[0] != out[o.groups] {
		return nil, &ShapeError{Wanted: fmt.Sprintf("scales, zeros and groups along axis %d of %s", o.groups, out), Received: scale.String() + ", " + zero.String() + " and " + group.String()}
	}
	return []Type{{Float32, out}}, nil
}

func (int4Floats) keepsRows(*node, []bool) bool { return false }

func (o int4Floats) prepare(a *operands) (task, error) {
	in, y := a.in, a.out[0]
	return serial(4*y.len, func(f *frame) {
		m := int4Matrix{int4Floats: o, rows: y.Shape[0], columns: y.Shape[1], packed: f.i8(in[0])}
		if o.groups >= 0 {
			m.scale, m.group = f.f32(in[1]), f.f32(in[3])
			if in[2].DType == Int8 {
				m.zero = f.i8(in[2])
			} else {
				m.floatZero = f.f32(in[2])
			}
		}
		if err := m.check(); err != nil {
			panic(dataError{err})
		}
		dst := f.f32(y)
		for i := range m.rows {
			for j := range m.columns {
				v := float32(m.q(i, j))
				if o.groups >= 0 {
					g := m.groupOf(i, j)
					v = (v - m.zeroOf(g)) * m.scale[g]
				}
				dst[i*m.columns+j] = v
			}
		}
	})
}

func (int4Floats) gradient(_ *Builder, n *node, _ []*Value) []*Value {
	return make([]*Value, len(n.in))
}

// int4Matrix is what int4Floats unpacks.
type int4Matrix struct {
	int4Floats
	rows, columns int
	packed, zero  []int8
	scale, group  []float32
	floatZero     []float32 // instead of zero
}

func (m *int4Matrix) zeroOf(group int) float32 {
	if m.floatZero != nil {
		return m.floatZero[group]
	}
	return float32(m.zero[group])
}

// q is a number of the matrix.
func (m *int4Matrix) q(i, j int) int {
	var bits uint8
	switch {
	case m.whole:
		return int(uint8(m.packed[i*m.columns+j]))
	case m.axis == 0:
		bits = half(m.packed[i/2*m.columns+j], i)
	default:
		bits = half(m.packed[i*((m.columns+1)/2)+j/2], j)
	}
	if m.unsigned {
		return int(bits)
	}
	return int(signed(bits))
}

// half is the half of a byte that place i of those in a row has.
func half(b int8, i int) uint8 { return uint8(b) >> (i % 2 * 4) & 15 }

// signed is the number from -8 to 7 of a half.
func signed(bits uint8) int8 { return int8(bits<<4) >> 4 }

// many is the number of groups.
func (m *int4Matrix) many() int {
	if m.groups == 0 {
		return len(m.scale) / max(m.columns, 1)
	}
	return len(m.scale) / max(m.rows, 1)
}

// groupOf is where the scale and the zero of a number are.
func (m *int4Matrix) groupOf(i, j int) int {
	if m.groups == 0 {
		return int(m.group[i])*m.columns + j
	}
	return i*m.many() + int(m.group[j])
}

// check returns an error unless all groups are there.
func (m *int4Matrix) check() *ShapeError {
	n := m.many()
	for i, g := range m.group {
		if !(g >= 0 && g < float32(n)) {
			return &ShapeError{What: fmt.Sprintf("group of place %d", i), Wanted: fmt.Sprintf("0 to %d", n-1), Received: fmt.Sprint(g)}
		}
	}
	return nil
}

// Int4Groups are the arrays of a matrix whose numbers have scales and zeros in groups
// along an axis.
type Int4Groups struct {
	Axis               int
	Scale, Zero, Group *Value
}

// UnpackInt4 adds the matrix of floats that int4 numbers in bytes stand for: two
// neighbours on the axis, of the given size, share a byte. With groups each stands for
// (q - zero)*scale. Products with it keep it packed.
func (b *Builder) UnpackInt4(packed *Value, axis, size int, groups *Int4Groups) *Value {
	return b.unpack(int4Floats{axis: axis, size: size}, packed, groups)
}

// UnpackUint4 is UnpackInt4 of numbers from 0 to 15.
func (b *Builder) UnpackUint4(packed *Value, axis, size int, groups *Int4Groups) *Value {
	return b.unpack(int4Floats{axis: axis, size: size, unsigned: true}, packed, groups)
}

// UnpackUint8 is UnpackInt4 of a matrix of numbers from 0 to 255, the bits of an Int8 one.
func (b *Builder) UnpackUint8(bytes *Value, groups *Int4Groups) *Value {
	return b.unpack(int4Floats{size: bytes.Shape[0], whole: true}, bytes, groups)
}

func (b *Builder) unpack(o int4Floats, packed *Value, groups *Int4Groups) *Value {
	if o.groups = -1; groups == nil {
		return b.apply(o, packed)
	}
	o.groups = groups.Axis
	return b.apply(o, packed, groups.Scale, groups.Zero, groups.Group)
}
