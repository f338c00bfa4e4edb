package core

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("EinsumDense", func() layers.Layer {
		return &EinsumDense{KernelOptions: layers.NewKernelOptions(), BiasOptions: layers.NewBiasOptions()}
	})
}

// EinsumDense is activation(einsum(equation, x, kernel) + bias)
// (keras/src/layers/core/einsum_dense.py).
type EinsumDense struct {
	layers.Common
	quantized
	layers.KernelOptions
	layers.BiasOptions
	Equation    string            `keras:"equation"`
	OutputShape []*int            `keras:"output_shape"` // without the batch axis; null is the input's size
	Activation  layers.Activation `keras:"activation"`
	BiasAxes    *string           `keras:"bias_axes"`
}

// Validate implements Validator.
func (l *EinsumDense) Validate(d *layers.Decoder) {
	l.wantQuantizer(d, l.DType, "int8", "int4", "float8", "gptq", "awq")
}

// Build implements Layer.
func (l *EinsumDense) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	kernel, bias, scale, err := l.shapes(in[0])
	if err != nil {
		return nil, err
	}
	w := []layers.Weight{l.Kernel(kernel)}
	if l.BiasAxes != nil {
		w = append(w, l.Bias(bias))
	}
	switch l.DType.Quantization {
	case "int8":
		w = quantizedWeights(w, "kernel", scale)
	case "int4":
		if l.DType.PackedRows {
			w = quantizedWeights(w, "kernel", scale)
			w[0].Shape, err = l.packedRows(kernel)
			break
		}
		rows, columns := matrixOf(kernel, scale)
		w = int4Weights(w, "kernel", l.DType, rows, columns)
	case "float8":
		w = float8Weights(w, l.DType.History)
	case "gptq", "awq":
		var rows, columns int
		rows, columns, err = gptqMatrix(kernel)
		w = gptqWeights(l.DType, w[1:], "zero_point", rows, columns)
	}
	return w, err
}

// shapes finds the shapes of kernel, bias and the scale of a quantized kernel:
// an axis of the kernel has the size of the axis of the output, or else of the
// input, with the same letter; the scale has the kernel's axes in the output's
// places.
func (l *EinsumDense) shapes(in runtime.Shape) (kernel, bias, scale runtime.Shape, err error) {
	left, _, _ := strings.Cut(l.Equation, "->")
	_, k, _ := strings.Cut(left, ",")
	labels, out, err := einsum.Parse(l.Equation, len(in), len(strings.TrimSpace(k)))
	if err != nil {
		return nil, nil, nil, err
	}
	// output_shape leaves out the batch axis and those under an ellipsis.
	given := 0
	sizes := map[byte]int{}
	for i, x := range out {
		if i == 0 || x >= 128 {
			continue
		}
		if given < len(l.OutputShape) && l.OutputShape[given] != nil {
			sizes[x] = *l.OutputShape[given]
		}
		given++
	}
	if given != len(l.OutputShape) {
		return nil, nil, nil, fmt.Errorf("output_shape must have %d sizes for equation %q, received %d", given, l.Equation, len(l.OutputShape))
	}
	for i, x := range labels[0] {
		if _, known := sizes[x]; !known {
			sizes[x] = in[i]
		}
	}
	of := func(x byte) (int, error) {
		if d, known := sizes[x]; known && d >= 0 {
			return d, nil
		}
		return 0, fmt.Errorf("equation %q: the size of axis %q must be known", l.Equation, string(rune(x)))
	}
	for _, x := range labels[1] {
		d, err := of(x)
		if err != nil {
			return nil, nil, nil, err
		}
		kernel = append(kernel, d)
	}
	for _, x := range out {
		n := 1
		if i := bytes.IndexByte(labels[1], x); i >= 0 {
			n = kernel[i]
		}
		scale = append(scale, n)
	}
	if l.BiasAxes == nil {
		return kernel, nil, scale, nil
	}
	for _, x := range []byte(*l.BiasAxes) {
		if bytes.IndexByte(out, x) < 0 {
			return nil, nil, nil, fmt.Errorf("bias_axes must be letters of the result of %q, received %q", l.Equation, *l.BiasAxes)
		}
	}
	for _, x := range out {
		if x < 128 && strings.IndexByte(*l.BiasAxes, x) >= 0 {
			d, err := of(x)
			if err != nil {
				return nil, nil, nil, err
			}
			bias = append(bias, d)
		} else if bias != nil { // axes in front broadcast by themselves
			bias = append(bias, 1)
		}
	}
	return kernel, bias, scale, nil
}

// Call implements Layer.
func (l *EinsumDense) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	y, err := l.product(c, layers.Floats(c, in[0].Value))
	if err != nil {
		return nil, err
	}
	if l.BiasAxes != nil {
		y = c.Add(y, biasOf(c, l.DType))
	}
	t := l.Activation.Apply(c, y)
	return []layers.Tensor{t}, nil
}

func (l *EinsumDense) product(c *layers.Call, x *runtime.Value) (*runtime.Value, error) {
	switch mode := l.DType.Quantization; {
	case mode == "" || l.DType.Bare && mode != "int4":
		return einsum.Of(c.Builder, l.Equation, x, c.Cast(c.Weight("kernel"), runtime.Float32)), nil
	case mode == "int8":
		return l.quantizedEinsum(c, l.DType, l.Equation, x, c.Weight("kernel"), c.Weight("kernel_scale")), nil
	case mode == "int4":
		return l.int4Call(c, x)
	case mode == "float8":
		return float8Einsum(c, l.Equation, x)
	}
	return l.gptqCall(c, x)
}
