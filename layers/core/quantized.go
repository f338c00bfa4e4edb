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

// quantized is what layers with an int8 kernel add
// (keras/src/quantizers/quantizers.py). The kernel is integers of at most 127
// divided by a scale for each output; the input is rounded to such integers
// too, with a scale of its own for each row, unless only weights are quantized.
type quantized struct {
	QuantizationConfig any `keras:"quantization_config"`
}

// wantQuantizer checks the configuration of a layer that has these modes.
func (q *quantized) wantQuantizer(d *layers.Decoder, p layers.Policy, modes ...string) {
	if p.Quantization != "" && !slices.Contains(modes, p.Quantization) {
		d.Broken("dtype must be a policy of %s for this layer, received %s", strings.Join(modes, " or "), p.Quantization)
	}
	if p.Bare && (p.Quantization == "gptq" || p.Quantization == "awq") {
		d.Unsupported("%s within TimeDistributed, which Keras cannot call either", p.Quantization)
	}
	if !q.quantizesInputs(p) {
		return
	}
	_, config, _ := layers.ClassAndConfig(q.QuantizationConfig)
	class, options, ok := layers.ClassAndConfig(config["activation_quantizer"])
	if !ok {
		return
	}
	if e, given := options["epsilon"]; given && fmt.Sprint(e) != "1e-07" {
		d.Unsupported("quantization_config: activation_quantizer with epsilon=%s", layers.Brief(e))
		return
	}
	limits, _ := layers.Ints(options["value_range"])
	if class != "AbsMaxQuantizer" || options["value_range"] != nil && (len(limits) != 2 || limits[0] != -127 || limits[1] != 127) {
		d.Unsupported("quantization_config: activation_quantizer=%s", layers.Brief(config["activation_quantizer"]))
	}
}

// quantizesInputs reports whether inputs become integers too: by default beside int8,
// and beside int4 up to Keras 3.13; never beside int4 in groups.
func (q *quantized) quantizesInputs(p layers.Policy) bool {
	_, config, _ := layers.ClassAndConfig(q.QuantizationConfig)
	v, given := config["activation_quantizer"]
	switch {
	case p.Bare:
		return false
	case p.Quantization == "int8", p.Quantization == "int4" && p.PackedRows:
		return !given || v != nil
	case p.Quantization == "int4":
		return v != nil && p.Block < 1
	}
	return false
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
	return append(w, scaleWeight(name, scale))
}

// scaleWeight describes the scales of a quantized kernel.
func scaleWeight(name string, shape runtime.Shape) layers.Weight {
	return layers.Weight{Name: name + "_scale", Shape: shape, Initializer: layers.Initializer{Class: "Ones"},
		Valid: &layers.Valid{Wanted: "a finite scale other than 0", Of: func(x float32) bool { return x-x == 0 && x != 0 }}}
}

// quantizedEinsum is einsum of a quantized input and an int8 kernel. The
// kernel's scale has the shape of the result, with 1 for the axes that are not
// the kernel's. Equations that are no product of matrices are computed in floats, in
// which sums of whole numbers are exact up to 2^24.
func (q *quantized) quantizedEinsum(c *layers.Call, p layers.Policy, equation string, x, kernel, scale *runtime.Value) *runtime.Value {
	if !q.quantizesInputs(p) {
		return c.Div(einsum.Of(c.Builder, equation, x, c.Cast(kernel, runtime.Float32)), scale)
	}
	labels, out, err := einsum.Parse(equation, x.Rank(), kernel.Rank())
	if err != nil {
		return c.Fail(err)
	}
	if y := integerEinsum(c.Builder, labels, out, x, kernel, scale); y != nil {
		return y
	}
	integers, inputScale := quantizeAlong(c.Builder, x, labels[0], out)
	return c.Div(einsum.Of(c.Builder, equation, integers, c.Cast(kernel, runtime.Float32)), c.Mul(inputScale, scale))
}

// quantizeAlong quantizes x along the axes that are not in the result, and returns the
// scales in the order of the result's axes, 1 where it has none.
func quantizeAlong(b *runtime.Builder, x *runtime.Value, labels, out []byte) (integers, scale *runtime.Value) {
	var summed []int
	for i, l := range labels {
		if bytes.IndexByte(out, l) < 0 {
			summed = append(summed, i)
		}
	}
	integers, scale = quantize(b, x, summed)
	var order []byte
	for _, l := range out {
		if bytes.IndexByte(labels, l) >= 0 {
			order = append(order, l)
		}
	}
	s := einsum.Labelled{Value: scale, Labels: labels}.Without(b, out).Ordered(b, order)
	sizes := make([]int, len(out))
	for i, l := range out {
		if k := bytes.IndexByte(order, l); k >= 0 {
			sizes[i] = runtime.CopyAxis(k)
		} else {
			sizes[i] = 1
		}
	}
	return integers, b.Reshape(s.Value, sizes...)
}

// integerEinsum is the equation as one product of matrices in whole numbers, nil where
// it is none.
func integerEinsum(b *runtime.Builder, labels [][]byte, out []byte, x, kernel, scale *runtime.Value) *runtime.Value {
	e := asProduct(labels, out, kernel.Shape)
	if e == nil {
		return nil
	}
	k, n := e.sizeOf(e.inner), e.sizeOf(e.columns)
	turned := bytes.Equal(labels[1], slices.Concat(e.columns, e.inner))
	matrix, shape := einsum.Labelled{Value: kernel, Labels: labels[1]}, []int{n, k}
	if !turned {
		matrix, shape = matrix.Ordered(b, slices.Concat(e.inner, e.columns)), []int{k, n}
	}
	if len(e.inner) != 1 || len(e.columns) != 1 {
		matrix.Value = b.Reshape(matrix.Value, shape...)
	}
	scale = reshaped(b, scale, []int{n})
	return e.apply(b, x, func(x *runtime.Value) *runtime.Value { return b.QuantizedMatMul(x, matrix.Value, scale, turned) })
}

// productEquation is an equation of two tensors that is a product of matrices: the axes
// of the first are those of the result that the second has not, the rows, and those
// that the second has and the result has not, the inner ones.
type productEquation struct {
	rows, inner, columns []byte // in the order of the first, and of the result
	of, out              []byte // the axes of the first and of the result
	size                 map[byte]int
}

// asProduct is nil where the equation is no product of matrices.
func asProduct(labels [][]byte, out []byte, kernel runtime.Shape) *productEquation {
	e := &productEquation{of: labels[0], out: out, size: map[byte]int{}}
	for i, l := range labels[1] {
		e.size[l] = kernel[i]
	}
	for _, l := range labels[0] {
		switch inKernel, inOut := bytes.IndexByte(labels[1], l) >= 0, bytes.IndexByte(out, l) >= 0; {
		case inKernel == inOut:
			return nil
		case inOut:
			e.rows = append(e.rows, l)
		default:
			e.inner = append(e.inner, l)
		}
	}
	for _, l := range out {
		if bytes.IndexByte(labels[0], l) < 0 {
			e.columns = append(e.columns, l)
		}
	}
	if len(e.rows) == 0 || len(e.inner)+len(e.columns) != len(labels[1]) {
		return nil
	}
	return e
}

// innerFirst reports whether the second tensor has its inner axes first.
func (e *productEquation) innerFirst(labels []byte) bool {
	for _, l := range labels[:len(e.inner)] {
		if bytes.IndexByte(e.inner, l) < 0 {
			return false
		}
	}
	return true
}

// sizeOf is the size of axes of the second tensor together.
func (e *productEquation) sizeOf(letters []byte) int {
	n := 1
	for _, l := range letters {
		n *= e.size[l]
	}
	return n
}

// apply gives product the first tensor with its inner axes as the last one, and brings
// what it makes of that axis into the result's order.
func (e *productEquation) apply(b *runtime.Builder, x *runtime.Value, product func(*runtime.Value) *runtime.Value) *runtime.Value {
	var sizes []int
	for i := range e.rows {
		sizes = append(sizes, runtime.CopyAxis(i))
	}
	in := einsum.Labelled{Value: x, Labels: e.of}.Ordered(b, slices.Concat(e.rows, e.inner)).Value
	y := product(reshaped(b, in, slices.Concat(sizes, []int{e.sizeOf(e.inner)})))
	for _, l := range e.columns {
		sizes = append(sizes, e.size[l])
	}
	return einsum.Labelled{Value: reshaped(b, y, sizes), Labels: slices.Concat(e.rows, e.columns)}.Ordered(b, e.out).Value
}

// reshaped leaves a value of that rank as it is.
func reshaped(b *runtime.Builder, v *runtime.Value, sizes []int) *runtime.Value {
	if v.Rank() == len(sizes) {
		return v
	}
	return b.Reshape(v, sizes...)
}
