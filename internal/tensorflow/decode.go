package tensorflow

import (
	"encoding/binary"
	"fmt"
	"math"
)

// ReadFloat32 reads a tensor of numbers of any type as float32.
func (b *Bundle) ReadFloat32(t *Tensor, dst []float32) error {
	return b.decode(t, len(dst), func(i int, v float64, _ int64) { dst[i] = float32(v) })
}

// ReadInt64 reads a tensor of whole numbers or booleans.
func (b *Bundle) ReadInt64(t *Tensor, dst []int64) error {
	switch t.DType {
	case Float32, Float64, Float16, BFloat16:
		return b.wrong(t, "dtype", "of whole numbers", t.DType.String())
	}
	return b.decode(t, len(dst), func(i int, _ float64, v int64) { dst[i] = v })
}

// decode reads a tensor and calls set with each number, as both kinds.
func (b *Bundle) decode(t *Tensor, n int, set func(i int, f float64, k int64)) error {
	if n != t.Len() {
		return fmt.Errorf("tensor %q: dst must have %d elements, received %d", t.Name, t.Len(), n)
	}
	if err := b.Check(t); err != nil {
		return err
	}
	data := make([]byte, t.size)
	if err := b.Read(t, data); err != nil {
		return err
	}
	element, size := elements[t.DType], t.DType.Size()
	for i := range n {
		f, k := element(data[i*size:])
		set(i, f, k)
	}
	return nil
}

func whole(k int64) (float64, int64) { return float64(k), k }

func float(f float64) (float64, int64) { return f, 0 }

// elements read one number of each type.
var elements = map[DType]func([]byte) (float64, int64){
	Float32: func(b []byte) (float64, int64) {
		return float(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
	},
	Float64: func(b []byte) (float64, int64) { return float(math.Float64frombits(binary.LittleEndian.Uint64(b))) },
	Float16: func(b []byte) (float64, int64) { return float(half(binary.LittleEndian.Uint16(b))) },
	BFloat16: func(b []byte) (float64, int64) {
		return float(float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16)))
	},
	Int8:   func(b []byte) (float64, int64) { return whole(int64(int8(b[0]))) },
	Int16:  func(b []byte) (float64, int64) { return whole(int64(int16(binary.LittleEndian.Uint16(b)))) },
	Int32:  func(b []byte) (float64, int64) { return whole(int64(int32(binary.LittleEndian.Uint32(b)))) },
	Int64:  func(b []byte) (float64, int64) { return whole(int64(binary.LittleEndian.Uint64(b))) },
	Uint8:  func(b []byte) (float64, int64) { return whole(int64(b[0])) },
	Uint16: func(b []byte) (float64, int64) { return whole(int64(binary.LittleEndian.Uint16(b))) },
	Uint32: func(b []byte) (float64, int64) { return whole(int64(binary.LittleEndian.Uint32(b))) },
	Uint64: func(b []byte) (float64, int64) { return whole(int64(binary.LittleEndian.Uint64(b))) },
	Bool:   func(b []byte) (float64, int64) { return whole(int64(b[0])) },
}

// half widens a number of half precision.
func half(h uint16) float64 {
	sign := 1.0
	if h&0x8000 != 0 {
		sign = -1
	}
	exponent, fraction := int(h>>10&31), float64(h&0x3ff)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}
