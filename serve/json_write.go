package serve

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/kerasrun/kerasrun/runtime"
)

// number appends a float32 to JSON.
type number func(b []byte, v float32) []byte

// numberV1 writes as TensorFlow Serving does: six digits where they give the number
// back and nine otherwise, with a point or an exponent.
func numberV1(b []byte, v float32) []byte {
	if b, ok := unusual(b, v); ok {
		return b
	}
	from := len(b)
	b = strconv.AppendFloat(b, float64(v), 'g', 6, 32)
	if back, err := strconv.ParseFloat(view(b[from:]), 32); err != nil || float32(back) != v {
		b = strconv.AppendFloat(b[:from], float64(v), 'g', 9, 32)
	}
	for _, c := range b[from:] {
		if c == '.' || c == 'e' {
			return b
		}
	}
	return append(b, '.', '0')
}

// numberV2 writes the shortest number that gives the same float32 back.
func numberV2(b []byte, v float32) []byte {
	if b, ok := unusual(b, v); ok {
		return b
	}
	return strconv.AppendFloat(b, float64(v), 'g', -1, 32)
}

// unusual writes what JSON has no number for, as JavaScript calls it.
func unusual(b []byte, v float32) ([]byte, bool) {
	switch x := float64(v); {
	case math.IsNaN(x):
		return append(b, "NaN"...), true
	case math.IsInf(x, 1):
		return append(b, "Infinity"...), true
	case math.IsInf(x, -1):
		return append(b, "-Infinity"...), true
	}
	return b, false
}

// appendNested appends a tensor as lists of lists.
func appendNested(b []byte, t *runtime.Tensor, float number) []byte {
	return appendLevel(b, t, t.Shape(), 0, t.Len(), float)
}

// appendLevel appends the elements from ≤ i < to, which have this shape.
func appendLevel(b []byte, t *runtime.Tensor, shape runtime.Shape, from, to int, float number) []byte {
	if len(shape) == 0 {
		return appendElements(b, t, from, to, float)
	}
	b = append(b, '[')
	if len(shape) == 1 {
		return append(appendElements(b, t, from, to, float), ']')
	}
	if n := shape[0]; n > 0 {
		each := (to - from) / n
		for i := range n {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendLevel(b, t, shape[1:], from+i*each, from+(i+1)*each, float)
		}
	}
	return append(b, ']')
}

// appendElements appends elements with commas between.
func appendElements(b []byte, t *runtime.Tensor, from, to int, float number) []byte {
	for i := from; i < to; i++ {
		if i > from {
			b = append(b, ',')
		}
		switch t.DType() {
		case runtime.Float32:
			b = float(b, t.Float32s()[i])
		case runtime.Int32:
			b = strconv.AppendInt(b, int64(t.Int32s()[i]), 10)
		case runtime.Int64:
			b = strconv.AppendInt(b, t.Int64s()[i], 10)
		case runtime.Bool:
			b = strconv.AppendBool(b, t.Bools()[i])
		case runtime.String:
			b = appendText(b, t.Strings()[i])
		}
	}
	return b
}

// appendString appends a string as JSON has it.
func appendString(b []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string always can be
	return append(b, quoted...)
}

// appendText appends an element that is a text: as a string if it is one, and in
// base64 as TensorFlow Serving writes bytes otherwise.
func appendText(b []byte, s string) []byte {
	if utf8.ValidString(s) {
		return appendString(b, s)
	}
	b = append(b, `{"b64":"`...)
	return append(base64.StdEncoding.AppendEncode(b, []byte(s)), `"}`...)
}
