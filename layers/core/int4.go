package core

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

// An int4 kernel of Keras 3.13 and later is a matrix of rows, which are what a
// product sums over, and columns. Two neighbours of a row share a byte, the first in
// its low half, so the number of columns is rounded up to even
// (keras/src/quantizers/quantizers.py, pack_int4). With blocks each group of rows
// has a scale and a zero for every column, and g_idx tells the group of a row; else
// each column has a scale by which it was multiplied.

// int4Weights turns the description of a layer's kernel into those of an int4 one,
// in the order in which Keras stores them.
func int4Weights(w []layers.Weight, name string, block, rows, columns int) []layers.Weight {
	zeros := layers.Initializer{Class: "Zeros"}
	w[0] = layers.Weight{Name: name, Shape: runtime.Shape{rows, (columns + 1) / 2}, DType: "int8", Initializer: zeros}
	if block < 1 {
		return append(w, scaleWeight(name, runtime.Shape{columns}))
	}
	groups := runtime.Shape{(rows + block - 1) / block, columns}
	return append(w,
		scaleWeight(name, groups),
		layers.Weight{Name: name + "_zero", Shape: groups, DType: "int8", Initializer: zeros},
		groupWeight(rows, groups[0]))
}

// groupWeight describes the group of each of n rows.
func groupWeight(n, groups int) layers.Weight {
	return layers.Weight{Name: "g_idx", Shape: runtime.Shape{n}, Initializer: layers.Initializer{Class: "Zeros"},
		Valid: &layers.Valid{Wanted: fmt.Sprintf("a group, 0 to %d", groups-1),
			Of: func(x float32) bool { return x >= 0 && x < float32(groups) && x == float32(int(x)) }}}
}

// int4Product is x, of any rank, times the kernel.
func int4Product(c *layers.Call, x *runtime.Value, name string, block, columns int) *runtime.Value {
	if block < 1 {
		return c.Div(c.MatMul(x, c.UnpackInt4(c.Weight(name), 1, columns, nil)), c.Weight(name+"_scale"))
	}
	return c.MatMul(x, c.UnpackInt4(c.Weight(name), 1, columns, int4Groups(c, name, 0)))
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
	_, columns := matrixOf(shape, scale)
	if e := asProduct(labels, out, shape); e != nil && e.innerFirst(labels[1]) {
		e.inner, e.columns = labels[1][:len(e.inner)], labels[1][len(e.inner):]
		return e.apply(c.Builder, x, func(x *runtime.Value) *runtime.Value { return int4Product(c, x, "kernel", l.DType.Block, columns) }), nil
	}
	var kernel *runtime.Value
	if l.DType.Block < 1 {
		kernel = c.Div(c.UnpackInt4(c.Weight("kernel"), 1, columns, nil), c.Weight("kernel_scale"))
	} else {
		kernel = c.UnpackInt4(c.Weight("kernel"), 1, columns, int4Groups(c, "kernel", 0))
	}
	return einsum.Of(c.Builder, l.Equation, x, c.Reshape(kernel, shape...)), nil
}

// int4Weights describes an int4 table, whose blocks lie along a row.
func (l *Embedding) int4Weights(w []layers.Weight) []layers.Weight {
	w = int4Weights(w, "embeddings", l.DType.Block, l.InputDim, l.OutputDim)
	if l.DType.Block < 1 {
		w[1].Shape = runtime.Shape{l.InputDim}
		return w
	}
	groups := runtime.Shape{l.InputDim, (l.OutputDim + l.DType.Block - 1) / l.DType.Block}
	w[1].Shape, w[2].Shape, w[3] = groups, groups, groupWeight(l.OutputDim, groups[1])
	return w
}

// int4Rows looks rows of the table up, and makes floats of these alone.
func (l *Embedding) int4Rows(c *layers.Call, index *runtime.Value) *runtime.Value {
	of := func(name string) *runtime.Value { return c.GatherWithin(c.Weight(name), index, !l.NoNegative) }
	q := unpackInt4(c.Builder, c.Cast(of("embeddings"), runtime.Float32), l.OutputDim)
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
	groups := runtime.Shape{(l.OutputDim + l.DType.Block - 1) / l.DType.Block, l.InputDim}
	return append(w, scaleWeight("reverse_embeddings", groups),
		layers.Weight{Name: "reverse_embeddings_zero", Shape: groups, Initializer: zeros})
}

// int4Reverse is x times the transposed table, or times that of the way back.
func (l *ReversibleEmbedding) int4Reverse(c *layers.Call, x *runtime.Value) *runtime.Value {
	const back = "reverse_embeddings"
	switch {
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
