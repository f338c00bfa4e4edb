package core

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Highway", func() layers.Layer {
		return &Highway{KernelOptions: layers.NewKernelOptions(), BiasOptions: layers.NewBiasOptions(), UseBias: true}
	})
}

// Highway is t·activation(x·kernel + bias) + (1-t)·x with
// t = sigmoid(x·carry_kernel + carry_bias), a layer of Keras 1
// (keras 1.2.2, layers/core.py). Its options have the names of Dense.
type Highway struct {
	layers.Common
	layers.KernelOptions
	layers.BiasOptions
	Activation layers.Activation `keras:"activation"`
	UseBias    bool              `keras:"use_bias"`
}

// Build implements Layer.
func (l *Highway) Build(in []runtime.Shape) ([]layers.Weight, error) {
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
	kernel := l.Kernel(runtime.Shape{n, n})
	carry := kernel
	carry.Name, carry.Regularizer, carry.Constraint = "carry_kernel", nil, nil
	w := []layers.Weight{kernel, carry}
	if l.UseBias {
		w = append(w, l.Bias(runtime.Shape{n}),
			layers.Weight{Name: "carry_bias", Shape: runtime.Shape{n}, Trainable: true, Initializer: layers.Initializer{Class: "ones"}})
	}
	return w, nil
}

// Call implements Layer.
func (l *Highway) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	y, t := c.MatMul(x, c.Weight("kernel")), c.MatMul(x, c.Weight("carry_kernel"))
	if l.UseBias {
		y, t = c.Add(y, c.Weight("bias")), c.Add(t, c.Weight("carry_bias"))
	}
	y, t = l.Activation.Apply(c, y).Value, c.Sigmoid(t)
	return layers.Keep(in[0], c.Add(c.Mul(y, t), c.Mul(c.Sub(c.Scalar(1), t), x)))
}
