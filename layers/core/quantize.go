package core

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

// What model.quantize makes of weights, in NumPy's float32 arithmetic
// (keras/src/quantizers/quantizers.py). A kernel is taken as a matrix: rows are what
// a product sums over.

const quantizeEpsilon = 1e-7 // keras.config.epsilon()

// Quantize implements layers.Quantizer.
func (l *Dense) Quantize(q layers.Quantization, values []*runtime.Tensor) ([]*runtime.Tensor, error) {
	return quantizeKernel(q, values, values[0].Shape()[0], runtime.Shape{l.Units})
}

// Quantize implements layers.Quantizer. It wants the axes that are summed over to be
// the kernel's first, and the others in the order of the result.
func (l *EinsumDense) Quantize(q layers.Quantization, values []*runtime.Tensor) ([]*runtime.Tensor, error) {
	left, _, _ := strings.Cut(l.Equation, "->")
	x, k, _ := strings.Cut(left, ",")
	labels, out, err := einsum.Parse(l.Equation, len(strings.TrimSpace(x)), len(strings.TrimSpace(k)))
	if err != nil {
		return nil, err
	}
	rows, last := 1, -1
	scale := make(runtime.Shape, len(out))
	for i := range scale {
		scale[i] = 1
	}
	for i, x := range labels[1] {
		at := bytes.IndexByte(out, x)
		switch d := values[0].Shape()[i]; {
		case at < 0 && last < 0:
			rows *= d
		case at > last:
			last, scale[at] = at, d
		default:
			return nil, fmt.Errorf("equation %q: wanted the axes summed over first in the kernel, and the others as in the result", l.Equation)
		}
	}
	return quantizeKernel(q, values, rows, scale)
}

// quantizeKernel quantizes the first of values and appends scale, zero and groups.
func quantizeKernel(q layers.Quantization, values []*runtime.Tensor, rows int, scaleShape runtime.Shape) ([]*runtime.Tensor, error) {
	w := values[0].Float32s()
	columns := len(w) / max(rows, 1)
	out := append([]*runtime.Tensor{nil}, values[1:]...)
	n := byColumns(w, rows, columns, q)
	if q.Mode == "int8" {
		return tensors(out, n.q, values[0].Shape(), n.scale, scaleShape)
	}
	packed, width := packInt4(n.q, rows, columns)
	if q.Block < 1 {
		return tensors(out, packed, runtime.Shape{rows, width}, n.scale, runtime.Shape{columns})
	}
	groups := runtime.Shape{n.groups, columns}
	return tensors(out, packed, runtime.Shape{rows, width}, n.scale, groups, n.zero, groups, groupsOf(rows, q.Block), runtime.Shape{rows})
}

// Quantize implements layers.Quantizer. A row of the table has a scale, or one for
// each block of it.
func (l *Embedding) Quantize(q layers.Quantization, values []*runtime.Tensor) ([]*runtime.Tensor, error) {
	rows, columns := l.InputDim, l.OutputDim
	n := byColumns(transposed(values[0].Float32s(), rows, columns), columns, rows, q)
	table := transposed(n.q, columns, rows)
	out := []*runtime.Tensor{nil}
	if q.Mode == "int8" {
		return tensors(out, table, values[0].Shape(), n.scale, runtime.Shape{rows})
	}
	packed, width := packInt4(table, rows, columns)
	if q.Block < 1 {
		return tensors(out, packed, runtime.Shape{rows, width}, n.scale, runtime.Shape{rows})
	}
	groups := runtime.Shape{rows, n.groups}
	return tensors(out, packed, runtime.Shape{rows, width}, transposed(n.scale, n.groups, rows), groups,
		transposed(n.zero, n.groups, rows), groups, groupsOf(columns, q.Block), runtime.Shape{columns})
}

// numbers are a quantized matrix, and the scales and zeros of its groups of rows.
type numbers struct {
	q, scale, zero []float32
	groups         int
}

func byColumns(w []float32, rows, columns int, q layers.Quantization) numbers {
	if q.Mode == "int4" && q.Block > 0 {
		return byGroups(w, rows, columns, q.Block)
	}
	least, most := float32(-127), float32(127)
	if q.Mode == "int4" {
		least, most = -8, 7
	}
	n := numbers{q: make([]float32, len(w)), scale: make([]float32, columns), groups: 1}
	for i, v := range w {
		if k := i % columns; abs(v) > n.scale[k] || v != v {
			n.scale[k] = abs(v)
		}
	}
	for k, largest := range n.scale {
		n.scale[k] = most / (largest + float32(quantizeEpsilon))
	}
	for i, v := range w {
		n.q[i] = clip(round(v*n.scale[i%columns]), least, most)
	}
	return n
}

// byGroups is abs_max_quantize_grouped_with_zero_point: rows that the last group
// lacks count as zeros.
func byGroups(w []float32, rows, columns, block int) numbers {
	n := numbers{q: make([]float32, len(w)), groups: (rows + block - 1) / block}
	n.scale, n.zero = make([]float32, n.groups*columns), make([]float32, n.groups*columns)
	for g := range n.groups {
		first, end := g*block, min((g+1)*block, rows)
		for k := range columns {
			low, high := float32(math.Inf(1)), float32(math.Inf(-1))
			if end-first < block {
				low, high = 0, 0
			}
			for r := first; r < end; r++ {
				low, high = min(low, w[r*columns+k]), max(high, w[r*columns+k])
			}
			scale := (high - low + float32(quantizeEpsilon)) / 15
			zero := clip(round(-low/scale)-8, -8, 7)
			n.scale[g*columns+k], n.zero[g*columns+k] = scale, zero
			for r := first; r < end; r++ {
				n.q[r*columns+k] = clip(round(w[r*columns+k]/scale)+zero, -8, 7)
			}
		}
	}
	return n
}

// packInt4 puts two neighbours of a row into a byte, the first in its low half, and
// returns the bytes as numbers from -128 to 127.
func packInt4(q []float32, rows, columns int) (packed []float32, width int) {
	width = (columns + 1) / 2
	packed = make([]float32, rows*width)
	for i, v := range q {
		r, k := i/columns, i%columns
		at := &packed[r*width+k/2]
		*at = float32(int8(uint8(int8(*at)) | uint8(int8(v))&15<<(4*(k%2))))
	}
	return packed, width
}

func groupsOf(n, block int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(i / block)
	}
	return out
}

func transposed(w []float32, rows, columns int) []float32 {
	out := make([]float32, len(w))
	for i, v := range w {
		out[i%columns*rows+i/columns] = v
	}
	return out
}

// tensors sets the first of out and appends the others, given as numbers and shape
// by turns.
func tensors(out []*runtime.Tensor, first []float32, shape runtime.Shape, more ...any) ([]*runtime.Tensor, error) {
	t, err := runtime.TensorOf(first, shape...)
	if err != nil {
		return nil, err
	}
	out[0] = t
	for i := 0; i < len(more); i += 2 {
		if t, err = runtime.TensorOf(more[i].([]float32), more[i+1].(runtime.Shape)...); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func abs(v float32) float32   { return float32(math.Abs(float64(v))) }
func round(v float32) float32 { return float32(math.RoundToEven(float64(v))) }

// clip bounds an integer, which is never -0.
func clip(v, least, most float32) float32 { return min(max(v, least), most) + 0 }
