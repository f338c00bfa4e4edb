package core

import (
	"github.com/kerasrun/kerasrun/layers"
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
	zeros, ones := layers.Initializer{Class: "Zeros"}, layers.Initializer{Class: "Ones"}
	w[0] = layers.Weight{Name: name, Shape: runtime.Shape{rows, (columns + 1) / 2}, DType: "int8", Initializer: zeros}
	if block < 1 {
		return append(w, layers.Weight{Name: name + "_scale", Shape: runtime.Shape{columns}, Initializer: ones})
	}
	groups := runtime.Shape{(rows + block - 1) / block, columns}
	return append(w,
		layers.Weight{Name: name + "_scale", Shape: groups, Initializer: ones},
		layers.Weight{Name: name + "_zero", Shape: groups, DType: "int8", Initializer: zeros},
		layers.Weight{Name: "g_idx", Shape: runtime.Shape{rows}, Initializer: zeros})
}

// int4Kernel is the kernel as floats, (rows, columns).
func int4Kernel(c *layers.Call, name string, block, columns int) *runtime.Value {
	q := unpackInt4(c.Builder, c.Cast(c.Weight(name), runtime.Float32), columns)
	scale := c.Weight(name + "_scale")
	if block < 1 {
		return c.Div(q, scale)
	}
	group := c.Cast(c.Weight("g_idx"), runtime.Int32)
	zero := c.Cast(c.GatherWithin(c.Weight(name+"_zero"), group, false), runtime.Float32)
	return c.Mul(c.Sub(q, zero), c.GatherWithin(scale, group, false))
}

// unpackInt4 takes the numbers from -8 to 7 out of bytes.
func unpackInt4(b *runtime.Builder, packed *runtime.Value, columns int) *runtime.Value {
	bits := b.Select(b.Less(packed, b.Scalar(0)), b.Add(packed, b.Scalar(256)), packed)
	high := b.Floor(b.Mul(bits, b.Scalar(1.0/16)))
	low := b.Sub(bits, b.Mul(high, b.Scalar(16)))
	pairs := b.Concat(2, b.ExpandDims(low, 2), b.ExpandDims(high, 2))
	rows := packed.Shape[0]
	all := b.Slice(b.Reshape(pairs, rows, 2*packed.Shape[1]), runtime.Whole, runtime.Range{From: 0, To: columns, Step: 1})
	return b.Select(b.Greater(all, b.Scalar(7)), b.Sub(all, b.Scalar(16)), all)
}

// int4Weights describes an int4 table, whose blocks lie along a row.
func (l *Embedding) int4Weights(w []layers.Weight) []layers.Weight {
	w = int4Weights(w, "embeddings", l.DType.Block, l.InputDim, l.OutputDim)
	if l.DType.Block < 1 {
		w[1].Shape = runtime.Shape{l.InputDim}
		return w
	}
	groups := runtime.Shape{l.InputDim, (l.OutputDim + l.DType.Block - 1) / l.DType.Block}
	w[1].Shape, w[2].Shape, w[3].Shape = groups, groups, runtime.Shape{l.OutputDim}
	return w
}

// int4Table is the table as floats.
func (l *Embedding) int4Table(c *layers.Call) *runtime.Value {
	q := unpackInt4(c.Builder, c.Cast(c.Weight("embeddings"), runtime.Float32), l.OutputDim)
	scale := c.Weight("embeddings_scale")
	if l.DType.Block < 1 {
		return c.Div(q, c.ExpandDims(scale, -1))
	}
	group := c.Cast(c.Weight("g_idx"), runtime.Int32)
	along := func(v *runtime.Value) *runtime.Value {
		return c.Transpose(c.GatherWithin(c.Transpose(v, 1, 0), group, false), 1, 0)
	}
	return c.Mul(c.Sub(q, along(c.Cast(c.Weight("embeddings_zero"), runtime.Float32))), along(scale))
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
