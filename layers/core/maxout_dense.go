package core

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("MaxoutDense", func() layers.Layer {
		return &MaxoutDense{KernelOptions: layers.NewKernelOptions(), BiasOptions: layers.NewBiasOptions(), UseBias: true, Features: 4}
	})
}

// MaxoutDense is the largest of several products x·kernel[i] + bias[i], a layer
// of Keras 1 (keras 1.2.2, layers/core.py). Its options have the names of Dense.
type MaxoutDense struct {
	layers.Common
	layers.KernelOptions
	layers.BiasOptions
	Units    int  `keras:"units"`
	Features int  `keras:"nb_feature"`
	UseBias  bool `keras:"use_bias"`
}

// Validate implements Validator.
func (l *MaxoutDense) Validate(d *layers.Decoder) {
	if l.Units < 1 || l.Features < 1 {
		d.Broken("units and nb_feature must be >= 1, received %d and %d", l.Units, l.Features)
	}
}

// Build implements Layer.
func (l *MaxoutDense) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 2, 2); err != nil {
		return nil, err
	}
	n, err := layers.WantKnown(in[0], -1)
	if err != nil {
		return nil, err
	}
	w := []layers.Weight{l.Kernel(runtime.Shape{l.Features, n, l.Units})}
	if l.UseBias {
		w = append(w, l.Bias(runtime.Shape{l.Features, l.Units}))
	}
	return w, nil
}

// Call implements Layer.
func (l *MaxoutDense) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	kernel := c.Reshape(c.Transpose(c.Weight("kernel"), 1, 0, 2), in[0].Shape[1], l.Features*l.Units)
	y := c.Reshape(c.MatMul(in[0].Value, kernel), runtime.CopyAxis(0), l.Features, l.Units)
	if l.UseBias {
		y = c.Add(y, c.Weight("bias"))
	}
	return layers.One(c.Max(y, []int{1}, false))
}
