package core

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

// An int4 kernel of Keras 3.13 and later is a matrix of rows, which are what a
// product sums over, and columns. Two neighbours of a row share a byte, the first in
// its low half, so the number of columns is rounded up to even
// (keras/src/quantizers/quantizers.py, pack_int4). With blocks each group of rows
// has a scale and a zero for every column, and g_idx tells the group of a row; else
// each column has a scale by which it was multiplied. Until 3.13 two rows share a byte,
// of an EinsumDense those along the first axis of its kernel that is summed over.

// int4Weights turns the description of a layer's kernel into those of an int4 one,
// in the order in which Keras stores them.
func int4Weights(w []layers.Weight, name string, p layers.Policy, rows, columns int) []layers.Weight {
	zeros := layers.Initializer{Class: "Zeros"}
	w[0] = layers.Weight{Name: name, Shape: runtime.Shape{rows, (columns + 1) / 2}, DType: "int8", Initializer: zeros}
	if p.PackedRows {
		w[0].Shape = runtime.Shape{(rows + 1) / 2, columns}
	}
	if p.Block < 1 {
		return append(w, scaleWeight(name, runtime.Shape{columns}))
	}
	groups := runtime.Shape{p.Groups(rows), columns}
	return append(w,
		scaleWeight(name, groups),
		layers.Weight{Name: name + "_zero", Shape: groups, DType: "int8", Initializer: zeros},
		groupWeight(rows, groups[0]))
}

// groupWeight describes the group of each of n rows, as Keras stores it: GPTQ divides
// and leaves dropping the fraction to the call.
func groupWeight(n, groups int) layers.Weight {
	return layers.Weight{Name: "g_idx", Shape: runtime.Shape{n}, Initializer: layers.Initializer{Class: "Zeros"},
		Valid: &layers.Valid{Wanted: fmt.Sprintf("at least 0 and below %d, the number of groups", groups),
			Of: func(x float32) bool { return x >= 0 && x < float32(groups) }}}
}

// int4Axis is the axis along which bytes lie, and its size.
func int4Axis(p layers.Policy, rows, columns int) (axis, size int) {
	if p.PackedRows {
		return 0, rows
	}
	return 1, columns
}

// int4Product is x, of any rank, times the kernel.
func int4Product(c *layers.Call, x *runtime.Value, name string, p layers.Policy, rows, columns int) *runtime.Value {
	axis, size := int4Axis(p, rows, columns)
	if p.Block < 1 {
		return c.Div(c.MatMul(x, c.UnpackInt4(c.Weight(name), axis, size, nil)), c.Weight(name+"_scale"))
	}
	return c.MatMul(x, c.UnpackInt4(c.Weight(name), axis, size, int4Groups(c, name, 0)))
}

// int4Integers is the kernel with a byte for each number, for products in whole
// numbers.
func int4Integers(c *layers.Call, name string, p layers.Policy, rows, columns int) *runtime.Value {
	axis, size := int4Axis(p, rows, columns)
	return c.UnpackInts(c.Weight(name), axis, size)
}

// int4Groups are the arrays of a kernel in groups along an axis.
func int4Groups(c *layers.Call, name string, axis int) *runtime.Int4Groups {
	return &runtime.Int4Groups{Axis: axis, Scale: c.Weight(name + "_scale"), Zero: c.Weight(name + "_zero"), Group: c.Weight("g_idx")}
}

// int4Call is the layer's equation with its int4 kernel, which is packed as a matrix.
func (l *EinsumDense) int4Call(c *layers.Call, x *runtime.Value) (*runtime.Value, error) {
	shape, _, scale, err := l.shapes(x.Shape)
	if err != nil {
		return nil, err
	}
	labels, out, err := einsum.Parse(l.Equation, x.Rank(), len(shape))
	if err != nil {
		return nil, err
	}
	if l.DType.PackedRows {
		axis := summedAxis(labels[1], out)
		kernel := c.UnpackInts(c.Weight("kernel"), axis, shape[axis])
		if l.DType.Bare {
			return einsum.Of(c.Builder, l.Equation, x, c.Cast(kernel, runtime.Float32)), nil
		}
		return l.quantizedEinsum(c, l.DType, l.Equation, x, kernel, c.Weight("kernel_scale")), nil
	}
	rows, columns := matrixOf(shape, scale)
	if l.DType.Bare {
		return einsum.Of(c.Builder, l.Equation, x, c.Reshape(c.UnpackInt4(c.Weight("kernel"), 1, columns, nil), shape...)), nil
	}
	if e := asProduct(labels, out, shape); e != nil && e.innerFirst(labels[1]) && !l.quantizesInputs(l.DType) {
		e.inner, e.columns = labels[1][:len(e.inner)], labels[1][len(e.inner):]
		return e.apply(c.Builder, x, func(x *runtime.Value) *runtime.Value { return int4Product(c, x, "kernel", l.DType, rows, columns) }), nil
	}
	var kernel *runtime.Value
	if l.DType.Block < 1 {
		kernel = c.Div(c.UnpackInt4(c.Weight("kernel"), 1, columns, nil), c.Weight("kernel_scale"))
	} else {
		kernel = c.UnpackInt4(c.Weight("kernel"), 1, columns, int4Groups(c, "kernel", 0))
	}
	kernel = c.Reshape(kernel, shape...)
	if !l.quantizesInputs(l.DType) {
		return einsum.Of(c.Builder, l.Equation, x, kernel), nil
	}
	integers, inputScale := quantizeAlong(c.Builder, x, labels[0], out)
	return c.Div(einsum.Of(c.Builder, l.Equation, integers, kernel), inputScale), nil
}

// packedRows is the shape of a kernel whose neighbours on the first axis that is summed
// over share bytes.
func (l *EinsumDense) packedRows(kernel runtime.Shape) (runtime.Shape, error) {
	left, _, _ := strings.Cut(l.Equation, "->")
	x, k, _ := strings.Cut(left, ",")
	labels, out, err := einsum.Parse(l.Equation, len(strings.TrimSpace(x)), len(strings.TrimSpace(k)))
	if err != nil {
		return nil, err
	}
	axis, packed := summedAxis(labels[1], out), slices.Clone(kernel)
	packed[axis] = (kernel[axis] + 1) / 2
	return packed, nil
}

// summedAxis is the first axis of a kernel that the result has not, 0 without one.
func summedAxis(labels, out []byte) int {
	return max(slices.IndexFunc(labels, func(l byte) bool { return bytes.IndexByte(out, l) < 0 }), 0)
}

// int4Weights describes an int4 table, whose blocks lie along a row.
func (l *Embedding) int4Weights(w []layers.Weight) []layers.Weight {
	p := l.DType
	p.PackedRows = false // numbers of a row share bytes in every version
	w = int4Weights(w, "embeddings", p, l.InputDim, l.OutputDim)
	if l.DType.Block < 1 {
		w[1].Shape = runtime.Shape{l.InputDim}
		return w
	}
	groups := runtime.Shape{l.InputDim, l.DType.Groups(l.OutputDim)}
	w[1].Shape, w[2].Shape, w[3] = groups, groups, groupWeight(l.OutputDim, groups[1])
	return w
}

// int4Rows looks rows of the table up, and makes floats of these alone.
func (l *Embedding) int4Rows(c *layers.Call, index *runtime.Value) *runtime.Value {
	of := func(name string) *runtime.Value { return c.GatherWithin(c.Weight(name), index, !l.NoNegative) }
	q := unpackInt4(c.Builder, c.Cast(of("embeddings"), runtime.Float32), l.OutputDim)
	if l.DType.Bare {
		return q
	}
	if l.DType.Block < 1 {
		return c.Div(q, c.ExpandDims(of("embeddings_scale"), -1))
	}
	group := c.BroadcastTo(c.Cast(c.Weight("g_idx"), runtime.Int32), q)
	along := func(v *runtime.Value) *runtime.Value { return c.TakeAlong(c.Cast(v, runtime.Float32), group) }
	return c.Mul(c.Sub(q, along(of("embeddings_zero"))), along(of("embeddings_scale")))
}

// unpackInt4 takes the numbers from -8 to 7 out of the last axis, of bytes.
func unpackInt4(b *runtime.Builder, packed *runtime.Value, columns int) *runtime.Value {
	bits := b.Select(b.Less(packed, b.Scalar(0)), b.Add(packed, b.Scalar(256)), packed)
	high := b.Floor(b.Mul(bits, b.Scalar(1.0/16)))
	low := b.Sub(bits, b.Mul(high, b.Scalar(16)))
	pairs := b.Concat(packed.Rank(), b.ExpandDims(low, packed.Rank()), b.ExpandDims(high, packed.Rank()))
	last := packed.Rank() - 1
	sizes, ranges := make([]int, last+1), make([]runtime.Range, last+1)
	for i := range sizes {
		sizes[i], ranges[i] = runtime.CopyAxis(i), runtime.Whole
	}
	sizes[last], ranges[last] = 2*packed.Shape[last], runtime.Range{From: 0, To: columns, Step: 1}
	all := b.Slice(b.Reshape(pairs, sizes...), ranges...)
	return b.Select(b.Greater(all, b.Scalar(7)), b.Sub(all, b.Scalar(16)), all)
}

// int4ReverseWeights describes an int4 table of its own for the way back, (output_dim,
// input_dim), whose bytes and blocks lie along the first axis. Zeros are float32 there,
// and groups those of the other table.
func (l *ReversibleEmbedding) int4ReverseWeights(w []layers.Weight) []layers.Weight {
	zeros := layers.Initializer{Class: "Zeros"}
	w[0] = layers.Weight{Name: w[0].Name, Shape: runtime.Shape{(l.OutputDim + 1) / 2, l.InputDim}, DType: "int8", Initializer: zeros}
	if l.DType.Block < 1 {
		return append(w, scaleWeight("reverse_embeddings", runtime.Shape{l.InputDim}))
	}
	groups := runtime.Shape{l.DType.Groups(l.OutputDim), l.InputDim}
	return append(w, scaleWeight("reverse_embeddings", groups),
		layers.Weight{Name: "reverse_embeddings_zero", Shape: groups, Initializer: zeros})
}

// int4Reverse is x times the transposed table, or times that of the way back.
func (l *ReversibleEmbedding) int4Reverse(c *layers.Call, x *runtime.Value) *runtime.Value {
	const back = "reverse_embeddings"
	switch {
	case l.quantizesInputs(l.DType) && l.TieWeights:
		return l.quantizedEinsum(c, l.DType, "...a,ba->...b", x, c.UnpackInts(c.Weight("embeddings"), 1, l.OutputDim), c.Weight("embeddings_scale"))
	case l.quantizesInputs(l.DType):
		return l.quantizedEinsum(c, l.DType, "...a,ab->...b", x, c.UnpackInts(c.Weight(back), 0, l.OutputDim), c.Weight(back+"_scale"))
	case !l.TieWeights && l.DType.Block < 1:
		return c.Div(c.MatMul(x, c.UnpackInt4(c.Weight(back), 0, l.OutputDim, nil)), c.Weight(back+"_scale"))
	case !l.TieWeights:
		return c.MatMul(x, c.UnpackInt4(c.Weight(back), 0, l.OutputDim, int4Groups(c, back, 0)))
	case l.DType.Block < 1:
		return c.Div(c.MatMulT(x, c.UnpackInt4(c.Weight("embeddings"), 1, l.OutputDim, nil), false, true), c.Weight("embeddings_scale"))
	}
	return c.MatMulT(x, c.UnpackInt4(c.Weight("embeddings"), 1, l.OutputDim, int4Groups(c, "embeddings", 1)), false, true)
}

// matrixOf is the size of a kernel as a matrix: columns are the axes that its result
// keeps, which the shape of its scale tells.
func matrixOf(kernel, scale runtime.Shape) (rows, columns int) {
	rows, columns = 1, 1
	for _, d := range scale {
		columns *= d
	}
	for _, d := range kernel {
		rows *= d
	}
	return rows / max(columns, 1), columns
}
