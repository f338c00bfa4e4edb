package core

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

// A kernel that GPTQ (Frantar et al. 2022) or AWQ (Lin et al. 2023) quantized is a
// matrix of unsigned numbers, turned: a row for each column of the kernel. Of 4 bits,
// two neighbours of a column share a byte, others have a byte each. Each number q
// stands for (q - zero)*scale of its group, and g_idx tells the group of a row of the
// kernel. AWQ's kernel was multiplied by a scale for each row before
// (keras/src/layers/core/dense.py, _gptq_call and _awq_call).

// gptqWeights are the weights of a layer whose kernel is such a matrix, in the order in
// which Keras stores them; bias may be none.
func gptqWeights(p layers.Policy, bias []layers.Weight, zero string, rows, columns int) []layers.Weight {
	zeros, groups := layers.Initializer{Class: "Zeros"}, runtime.Shape{columns, p.Groups(rows)}
	height := columns
	if p.Bits == 4 {
		height = (columns + 1) / 2
	}
	w := append(bias,
		layers.Weight{Name: "kernel", Shape: runtime.Shape{height, rows}, DType: "uint8", Packed: true, Initializer: zeros},
		scaleWeight("kernel", groups),
		layers.Weight{Name: zero, Shape: groups, DType: "uint8", Initializer: zeros})
	if p.Quantization == "awq" {
		scale := scaleWeight("awq", runtime.Shape{rows})
		scale.Name = "awq_scales"
		w = append(w, scale)
	}
	return append(w, groupWeight(rows, groups[1]))
}

// gptqKernel is the turned kernel as floats. Products with it take the bytes.
func gptqKernel(c *layers.Call, p layers.Policy, zero string, columns int) *runtime.Value {
	groups := &runtime.Int4Groups{Axis: 1, Scale: c.Weight("kernel_scale"), Zero: c.Weight(zero), Group: c.Weight("g_idx")}
	if p.Bits == 4 {
		return c.UnpackUint4(c.Weight("kernel"), 0, columns, groups)
	}
	return c.UnpackUint8(c.Weight("kernel"), groups)
}

// gptqProduct is x times the kernel, and x divided by AWQ's scales before instead of
// the kernel.
func gptqProduct(c *layers.Call, p layers.Policy, x *runtime.Value, zero string, columns int) *runtime.Value {
	if p.Quantization == "awq" {
		x = c.Div(x, c.Weight("awq_scales"))
	}
	return c.MatMulT(x, gptqKernel(c, p, zero, columns), false, true)
}

// gptqMatrix is the size of an EinsumDense's kernel as a matrix, which is told by which
// of its axes is the longest, whatever the equation says (keras/src/layers/core/
// einsum_dense.py, _gptq_build).
func gptqMatrix(kernel runtime.Shape) (rows, columns int, err error) {
	switch {
	case len(kernel) == 2:
		return kernel[0], kernel[1], nil
	case len(kernel) == 3 && kernel[0] >= max(kernel[1], kernel[2]):
		return kernel[0], kernel[1] * kernel[2], nil
	case len(kernel) == 3:
		return kernel[0] * kernel[1], kernel[2], nil
	}
	return 0, 0, fmt.Errorf("gptq and awq want kernels of 2 or 3 axes, received %s", kernel)
}

// gptqCall is the layer's equation.
func (l *EinsumDense) gptqCall(c *layers.Call, x *runtime.Value) (*runtime.Value, error) {
	shape, _, _, err := l.shapes(x.Shape)
	if err != nil {
		return nil, err
	}
	labels, out, err := einsum.Parse(l.Equation, x.Rank(), len(shape))
	if err != nil {
		return nil, err
	}
	rows, columns, err := gptqMatrix(shape)
	if err != nil {
		return nil, err
	}
	const zero = "zero_point"
	if e := asProduct(labels, out, shape); e != nil && e.innerFirst(labels[1]) && e.sizeOf(e.inner) == rows {
		e.inner, e.columns = labels[1][:len(e.inner)], labels[1][len(e.inner):]
		return e.apply(c.Builder, x, func(x *runtime.Value) *runtime.Value { return gptqProduct(c, l.DType, x, zero, columns) }), nil
	}
	kernel := gptqKernel(c, l.DType, zero, columns)
	if l.DType.Quantization == "awq" {
		kernel = c.Div(kernel, c.Weight("awq_scales"))
	}
	return einsum.Of(c.Builder, l.Equation, x, c.Reshape(c.Transpose(kernel, 1, 0), shape...)), nil
}
