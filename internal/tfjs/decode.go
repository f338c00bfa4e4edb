package tfjs

import (
	"encoding/binary"
	"fmt"
	"math"
)

// ReadFloat32 fills dst, of w.Len() elements, with a weight's numbers. Quantized
// ones are computed in double precision and then rounded, as JavaScript does.
func (m *Model) ReadFloat32(w *Weight, dst []float32) error {
	return m.decode(w, len(dst), func(i int, v float64) { dst[i] = float32(v) })
}

// ReadInt64 fills dst with the whole numbers, or the booleans as 0 and 1, of a
// weight. Quantized ones are rounded to the nearest.
func (m *Model) ReadInt64(w *Weight, dst []int64) error {
	if w.DType == "float32" {
		return &FormatError{File: m.file, Place: fmt.Sprintf("weight %q", w.Name), What: "dtype", Wanted: "int32 or bool", Received: w.DType}
	}
	return m.decode(w, len(dst), func(i int, v float64) { dst[i] = int64(math.Floor(v + 0.5)) }) // Math.round
}

// ReadRaw fills dst with a weight's numbers as little-endian elements of w.DType,
// quantized ones decoded.
func (m *Model) ReadRaw(w *Weight, dst []byte) error {
	if len(dst) != int(w.Bytes()) {
		return fmt.Errorf("weight %q: dst must have %d bytes, received %d", w.Name, w.Bytes(), len(dst))
	}
	return m.decode(w, w.Len(), func(i int, v float64) {
		switch w.DType {
		case "float32":
			binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(float32(v)))
		case "int32":
			binary.LittleEndian.PutUint32(dst[4*i:], uint32(int32(math.Floor(v+0.5))))
		case "bool":
			dst[i] = byte(v)
		}
	})
}

// decode reads a weight and calls set with each of its numbers.
func (m *Model) decode(w *Weight, n int, set func(i int, v float64)) error {
	if n != w.Len() {
		return fmt.Errorf("weight %q: dst must have %d elements, received %d", w.Name, w.Len(), n)
	}
	data, err := m.raw(w)
	if err != nil {
		return err
	}
	element := elements[w.stored()]
	scale, offset := 1.0, 0.0
	if q := w.Quantization; q != nil && q.DType != "float16" {
		scale, offset = q.Scale, q.Min
	}
	size := sizes[w.stored()]
	for i := range n {
		v := element(data[i*size:])
		if scale != 1 || offset != 0 {
			v = float64(v*scale) + offset // two roundings: no fused multiply-add
		}
		set(i, v)
	}
	return nil
}

// elements read one number of each stored type.
var elements = map[string]func([]byte) float64{
	"float32": func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) },
	"int32":   func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) },
	"bool":    func(b []byte) float64 { return float64(b[0]) },
	"uint8":   func(b []byte) float64 { return float64(b[0]) },
	"uint16":  func(b []byte) float64 { return float64(binary.LittleEndian.Uint16(b)) },
	"float16": func(b []byte) float64 { return half(binary.LittleEndian.Uint16(b)) },
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
