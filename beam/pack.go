package kerasbeam

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// A row is packed tensor after tensor: the sizes of its axes as varints where the
// port does not know them, then its elements little-endian, texts with their lengths
// in front.

// packRow appends a row of tensors that fit the ports.
func packRow(b []byte, ports []keras.Port, tensors []*runtime.Tensor, row int) []byte {
	for i, t := range tensors {
		n := 1
		for a, d := range t.Shape()[1:] {
			if ports[i].Shape[a+1] < 0 {
				b = binary.AppendUvarint(b, uint64(d))
			}
			n *= d
		}
		at := row * n
		switch t.DType() {
		case runtime.Float32:
			for _, v := range t.Float32s()[at : at+n] {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
			}
		case runtime.Int32:
			for _, v := range t.Int32s()[at : at+n] {
				b = binary.LittleEndian.AppendUint32(b, uint32(v))
			}
		case runtime.Int64:
			for _, v := range t.Int64s()[at : at+n] {
				b = binary.LittleEndian.AppendUint64(b, uint64(v))
			}
		case runtime.Bool:
			for _, v := range t.Bools()[at : at+n] {
				b = append(b, 0)
				if v {
					b[len(b)-1] = 1
				}
			}
		case runtime.String:
			for _, s := range t.Strings()[at : at+n] {
				b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
			}
		}
	}
	return b
}

// unpacker collects packed rows of the same shapes.
type unpacker struct {
	ports  []keras.Port
	rows   int
	shapes []runtime.Shape // of a row of each port
	f      [][]float32
	i      [][]int32
	l      [][]int64
	b      [][]bool
	s      [][]string
}

func newUnpacker(ports []keras.Port) *unpacker {
	n := len(ports)
	return &unpacker{ports: ports, f: make([][]float32, n), i: make([][]int32, n), l: make([][]int64, n), b: make([][]bool, n), s: make([][]string, n)}
}

// reset forgets the rows and keeps their memory, which tensors may share.
func (u *unpacker) reset() {
	u.rows, u.shapes = 0, nil
	for i := range u.ports {
		u.f[i], u.i[i], u.l[i], u.b[i], u.s[i] = u.f[i][:0], u.i[i][:0], u.l[i][:0], u.b[i][:0], u.s[i][:0]
	}
}

var (
	errPacked = errors.New("a packed row does not fit the model: it was made for another")
	// errOther is that of a row with other shapes than those before.
	errOther = errors.New("a row of another shape")
)

// add unpacks a row. After an error other than errOther the rows are not to be used.
func (u *unpacker) add(data []byte) error {
	shapes, err := u.measure(data)
	if err != nil {
		return err
	}
	if u.rows == 0 {
		u.shapes = shapes
	} else if !slices.EqualFunc(shapes, u.shapes, runtime.Shape.Equal) {
		return errOther
	}
	u.rows++
	for i, p := range u.ports {
		n := 1
		for a, d := range shapes[i] {
			if p.Shape[a+1] < 0 {
				_, size := binary.Uvarint(data)
				data = data[size:]
			}
			n *= d
		}
		data = u.take(i, p.DType, n, data)
	}
	return nil
}

// take appends n elements, whose sizes were measured.
func (u *unpacker) take(i int, t runtime.DType, n int, data []byte) []byte {
	for range n {
		switch t {
		case runtime.Float32:
			u.f[i], data = append(u.f[i], math.Float32frombits(binary.LittleEndian.Uint32(data))), data[4:]
		case runtime.Int32:
			u.i[i], data = append(u.i[i], int32(binary.LittleEndian.Uint32(data))), data[4:]
		case runtime.Int64:
			u.l[i], data = append(u.l[i], int64(binary.LittleEndian.Uint64(data))), data[8:]
		case runtime.Bool:
			u.b[i], data = append(u.b[i], data[0] != 0), data[1:]
		case runtime.String:
			size, k := binary.Uvarint(data)
			u.s[i], data = append(u.s[i], string(data[k:k+int(size)])), data[k+int(size):]
		}
	}
	return data
}

// measure finds the shapes of a row and checks that it is whole.
func (u *unpacker) measure(data []byte) ([]runtime.Shape, error) {
	shapes := make([]runtime.Shape, len(u.ports))
	for i, p := range u.ports {
		shape, n := slices.Clone(p.Shape[1:]), 1
		for a, d := range shape {
			if d < 0 {
				v, k := binary.Uvarint(data)
				if k <= 0 || v > math.MaxInt32 {
					return nil, errPacked
				}
				shape[a], data = int(v), data[k:]
			}
			if n *= shape[a]; n > math.MaxInt32 {
				return nil, errPacked
			}
		}
		shapes[i] = shape
		size, ok := elementSize(p.DType)
		if !ok {
			return nil, errPacked
		}
		if p.DType == runtime.String {
			for range n {
				v, k := binary.Uvarint(data)
				if k <= 0 || v > uint64(len(data)-k) {
					return nil, errPacked
				}
				data = data[k+int(v):]
			}
			continue
		}
		if n*size > len(data) {
			return nil, errPacked
		}
		data = data[n*size:]
	}
	if len(data) > 0 {
		return nil, errPacked
	}
	return shapes, nil
}

// elementSize is that of a packed element, if it can be packed; texts have their own.
func elementSize(t runtime.DType) (int, bool) {
	switch t {
	case runtime.Float32, runtime.Int32:
		return 4, true
	case runtime.Int64:
		return 8, true
	case runtime.Bool:
		return 1, true
	}
	return 0, t == runtime.String
}

// tensors are the rows, in memory that is used again after reset.
func (u *unpacker) tensors() ([]*runtime.Tensor, error) {
	out := make([]*runtime.Tensor, len(u.ports))
	for i, p := range u.ports {
		shape := append([]int{u.rows}, u.shapes[i]...)
		var err error
		switch p.DType {
		case runtime.Int32:
			out[i], err = runtime.TensorOf(u.i[i], shape...)
		case runtime.Int64:
			out[i], err = runtime.TensorOf(u.l[i], shape...)
		case runtime.Bool:
			out[i], err = runtime.TensorOf(u.b[i], shape...)
		case runtime.String:
			out[i], err = runtime.TensorOf(u.s[i], shape...)
		default:
			out[i], err = runtime.TensorOf(u.f[i], shape...)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
