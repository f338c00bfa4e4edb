package core

import (
	"bytes"
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

// quantized is what layers with an int8 kernel add
// (keras/src/quantizers/quantizers.py). The kernel is integers of at most 127
// divided by a scale for each output; the input is rounded to such integers
// too, with a scale of its own for each row, unless only weights are quantized.
type quantized struct {
	QuantizationConfig any `keras:"quantization_config"`
}

// wantQuantizer checks the configuration.
func (q *quantized) wantQuantizer(d *layers.Decoder, p layers.Policy) {
	if p.Quantization == "int4" {
		if _, config, ok := layers.ClassAndConfig(q.QuantizationConfig); ok && config["activation_quantizer"] != nil {
			d.Unsupported("quantization_config: inputs quantized beside int4 weights")
		}
		return
	}
	_, config, ok := layers.ClassAndConfig(q.QuantizationConfig)
	if !ok {
		return
	}
	for _, key := range []string{"weight_quantizer", "activation_quantizer"} {
		class, options, ok := layers.ClassAndConfig(config[key])
		if !ok {
			continue
		}
		limits, _ := layers.Ints(options["value_range"])
		if class != "AbsMaxQuantizer" || options["value_range"] != nil && (len(limits) != 2 || limits[0] != -127 || limits[1] != 127) {
			d.Unsupported("quantization_config: %s=%s", key, layers.Brief(config[key]))
		}
	}
}

// weightsOnly reports whether inputs stay as they are.
func (q *quantized) weightsOnly() bool {
	_, config, ok := layers.ClassAndConfig(q.QuantizationConfig)
	if !ok {
		return false
	}
	v, given := config["activation_quantizer"]
	return given && v == nil
}

// quantize rounds x to integers of at most 127, and returns them with the scale
// by which it multiplied, one for each run of the axes. The derivative is that
// of the product with a constant scale, as Keras defines it.
func quantize(b *runtime.Builder, x *runtime.Value, axes []int) (q, scale *runtime.Value) {
	const least = 1e-7 // keras.config.epsilon()
	largest := b.Max(b.Abs(b.StopGradient(x)), axes, true)
	scale = b.StopGradient(b.Div(b.Scalar(127), b.Add(largest, b.Scalar(least))))
	scaled := b.Mul(x, scale)
	return b.StraightThrough(b.Clamp(b.Round(scaled), -127, 127), scaled), scale
}

// quantizedWeights turns the description of a layer's kernel into that of an
// int8 kernel and adds its scale, which Keras stores last.
func quantizedWeights(w []layers.Weight, name string, scale runtime.Shape) []layers.Weight {
	w[0] = layers.Weight{Name: name, Shape: w[0].Shape, DType: "int8", Initializer: layers.Initializer{Class: "Zeros"}}
	return append(w, layers.Weight{Name: name + "_scale", Shape: scale, Initializer: layers.Initializer{Class: "Ones"}})
}

// quantizedEinsum is einsum of a quantized input and an int8 kernel. The
// kernel's scale has the shape of the result, with 1 for the axes that are not
// the kernel's. Equations that are no product of matrices are computed in floats, in
// which sums of whole numbers are exact up to 2^24.
func (q *quantized) quantizedEinsum(c *layers.Call, equation string, x, kernel, scale *runtime.Value) *runtime.Value {
	if q.weightsOnly() {
		return c.Div(einsum.Of(c.Builder, equation, x, c.Cast(kernel, runtime.Float32)), scale)
	}
	labels, out, err := einsum.Parse(equation, x.Rank(), kernel.Rank())
	if err != nil {
		return c.Fail(err)
	}
	if y := integerEinsum(c.Builder, labels, out, x, kernel, scale); y != nil {
		return y
	}
	var summed []int
	for i, l := range labels[0] {
		if bytes.IndexByte(out, l) < 0 {
			summed = append(summed, i)
		}
	}
	integers, inputScale := quantize(c.Builder, x, summed)
	y := einsum.Of(c.Builder, equation, integers, c.Cast(kernel, runtime.Float32))
	// The input's scale in the order of the result's axes, 1 where it has none.
	var order []byte
	for _, l := range out {
		if bytes.IndexByte(labels[0], l) >= 0 {
			order = append(order, l)
		}
	}
	s := einsum.Labelled{Value: inputScale, Labels: labels[0]}.Without(c.Builder, out).Ordered(c.Builder, order)
	sizes := make([]int, len(out))
	for i, l := range out {
		if k := bytes.IndexByte(order, l); k >= 0 {
			sizes[i] = runtime.CopyAxis(k)
		} else {
			sizes[i] = 1
		}
	}
	return c.Div(y, c.Mul(c.Reshape(s.Value, sizes...), scale))
}

// integerEinsum is the equation as one product of matrices in whole numbers, nil where
// it is none: the axes of x are those of the result that the kernel has not, and those
// that the kernel has and the result has not.
func integerEinsum(b *runtime.Builder, labels [][]byte, out []byte, x, kernel, scale *runtime.Value) *runtime.Value {
	var rows, inner, columns []byte
	size := map[byte]int{}
	for i, l := range labels[1] {
		size[l] = kernel.Shape[i]
	}
	for _, l := range labels[0] {
		switch inKernel, inOut := bytes.IndexByte(labels[1], l) >= 0, bytes.IndexByte(out, l) >= 0; {
		case inKernel == inOut:
			return nil
		case inOut:
			rows = append(rows, l)
		default:
			inner = append(inner, l)
		}
	}
	for _, l := range out {
		if bytes.IndexByte(labels[0], l) < 0 {
			columns = append(columns, l)
		}
	}
	if len(rows) == 0 || len(inner)+len(columns) != len(labels[1]) {
		return nil
	}
	product := func(letters []byte) int {
		n := 1
		for _, l := range letters {
			n *= size[l]
		}
		return n
	}
	k, n := product(inner), product(columns)
	turned := bytes.Equal(labels[1], slices.Concat(columns, inner))
	matrix, shape := einsum.Labelled{Value: kernel, Labels: labels[1]}, []int{n, k}
	if !turned {
		matrix, shape = matrix.Ordered(b, slices.Concat(inner, columns)), []int{k, n}
	}
	var sizes []int
	for i := range rows {
		sizes = append(sizes, runtime.CopyAxis(i))
	}
	in := einsum.Labelled{Value: x, Labels: labels[0]}.Ordered(b, slices.Concat(rows, inner)).Value
	in = reshaped(b, in, slices.Concat(sizes, []int{k}))
	if len(inner) != 1 || len(columns) != 1 {
		matrix.Value = b.Reshape(matrix.Value, shape...)
	}
	y := b.QuantizedMatMul(in, matrix.Value, reshaped(b, scale, []int{n}), turned)
	for _, l := range columns {
		sizes = append(sizes, size[l])
	}
	return einsum.Labelled{Value: reshaped(b, y, sizes), Labels: append(rows, columns...)}.Ordered(b, out).Value
}

// reshaped leaves a value of that rank as it is.
func reshaped(b *runtime.Builder, v *runtime.Value, sizes []int) *runtime.Value {
	if v.Rank() == len(sizes) {
		return v
	}
	return b.Reshape(v, sizes...)
}
