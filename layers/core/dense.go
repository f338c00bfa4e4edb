package core

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Dense", func() layers.Layer {
		return &Dense{KernelOptions: layers.NewKernelOptions(), BiasOptions: layers.NewBiasOptions(), UseBias: true}
	})
}

// Dense is activation(x·kernel + bias) over the last axis
// (keras/src/layers/core/dense.py).
type Dense struct {
	layers.Common
	quantized
	layers.KernelOptions
	layers.BiasOptions
	Units      int               `keras:"units"`
	Activation layers.Activation `keras:"activation"`
	UseBias    bool              `keras:"use_bias"`
}

// Validate implements Validator.
func (l *Dense) Validate(d *layers.Decoder) {
	if l.Units < 1 {
		d.Broken("units must be >= 1, received %d", l.Units)
	}
	l.wantQuantizer(d, l.DType, "int8", "int4", "float8", "gptq", "awq")
}

// Build implements Layer.
func (l *Dense) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 2, -1); err != nil {
		return nil, err
	}
	n, err := layers.WantKnown(in[0], -1)
	if err != nil {
		return nil, err
	}
	w := []layers.Weight{l.Kernel(runtime.Shape{n, l.Units})}
	if l.UseBias {
		w = append(w, l.Bias(runtime.Shape{l.Units}))
	}
	switch l.DType.Quantization {
	case "int8":
		w = quantizedWeights(w, "kernel", runtime.Shape{l.Units})
	case "int4":
		w = int4Weights(w, "kernel", l.DType, n, l.Units)
	case "float8":
		w = float8Weights(w, l.DType.History)
	case "gptq", "awq":
		w = gptqWeights(l.DType, w[1:], "kernel_zero", n, l.Units)
	}
	return w, nil
}

// Call implements Layer.
func (l *Dense) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	y, err := l.product(c, layers.Floats(c, in[0].Value))
	if err != nil {
		return nil, err
	}
	if l.UseBias {
		y = c.Add(y, biasOf(c, l.DType))
	}
	t := l.Activation.Apply(c, y)
	t.Mask = in[0].Mask
	return []layers.Tensor{t}, nil
}

func (l *Dense) product(c *layers.Call, x *runtime.Value) (*runtime.Value, error) {
	const equation = "...a,ab->...b"
	rows := x.Shape[x.Rank()-1]
	switch mode := l.DType.Quantization; {
	case mode == "int4" && l.DType.Bare:
		return c.MatMul(x, c.Cast(int4Integers(c, "kernel", l.DType, rows, l.Units), runtime.Float32)), nil
	case mode == "" || l.DType.Bare:
		return c.MatMul(x, c.Cast(c.Weight("kernel"), runtime.Float32)), nil
	case mode == "int8":
		return l.quantizedEinsum(c, l.DType, equation, x, c.Weight("kernel"), c.Weight("kernel_scale")), nil
	case mode == "int4":
		if l.quantizesInputs(l.DType) {
			return l.quantizedEinsum(c, l.DType, equation, x, int4Integers(c, "kernel", l.DType, rows, l.Units), c.Weight("kernel_scale")), nil
		}
		return int4Product(c, x, "kernel", l.DType, rows, l.Units), nil
	case mode == "float8":
		return float8Einsum(c, equation, x)
	}
	return gptqProduct(c, l.DType, x, "kernel_zero", l.Units), nil
}
