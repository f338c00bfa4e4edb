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
	l.wantQuantizer(d, l.DType)
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
		w = int4Weights(w, "kernel", l.DType.Block, n, l.Units)
	}
	return w, nil
}

// Call implements Layer.
func (l *Dense) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := layers.Floats(c, in[0].Value)
	var y *runtime.Value
	switch l.DType.Quantization {
	case "int8":
		y = l.quantizedEinsum(c, "...a,ab->...b", x, c.Weight("kernel"), c.Weight("kernel_scale"))
	case "int4":
		y = int4Product(c, x, "kernel", l.DType.Block, l.Units)
	default:
		y = c.MatMul(x, c.Weight("kernel"))
	}
	if l.UseBias {
		y = c.Add(y, c.Weight("bias"))
	}
	t := l.Activation.Apply(c, y)
	t.Mask = in[0].Mask
	return []layers.Tensor{t}, nil
}
