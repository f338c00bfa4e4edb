package main

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// The name is the one in the file: "registered_name" in its configuration, which
// is PACKAGE>CLASS of register_keras_serializable.
func init() {
	layers.Register("Shop>AttentionPool", func() layers.Layer { return &AttentionPool{Temperature: 1} })
}

// AttentionPool is the class of that name in model.py: the mean over time, weighed
// by softmax(tanh(x·kernel + bias) / temperature).
type AttentionPool struct {
	layers.Common
	Temperature float64 `keras:"temperature"`
}

// Validate is called when the options are set.
func (l *AttentionPool) Validate(d *layers.Decoder) {
	if !(l.Temperature > 0) {
		d.Broken("temperature must be above 0, received %v", l.Temperature)
	}
}

// Build says which weights there are, in the order of layer.weights in Keras.
func (l *AttentionPool) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 3, 3); err != nil {
		return nil, err
	}
	features, err := layers.WantKnown(in[0], -1)
	if err != nil {
		return nil, err
	}
	return []layers.Weight{
		{Name: "kernel", Shape: runtime.Shape{features, 1}, Trainable: true, Initializer: layers.Initializer{Class: "GlorotUniform"}},
		{Name: "bias", Shape: runtime.Shape{1}, Trainable: true, Initializer: layers.Initializer{Class: "Zeros"}},
	}, nil
}

// Call builds the layer's part of the graph, from which the gradients follow. A
// step that the mask hides weighs nothing; what comes out has no mask, as it has
// no time.
func (l *AttentionPool) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x, mask := in[0].Value, in[0].Mask // (batch, time, features), (batch, time) or nil
	scores := c.Tanh(c.Add(c.MatMul(x, c.Weight("kernel")), c.Weight("bias")))
	scores = c.Div(scores, c.Scalar(float32(l.Temperature)))
	if mask != nil {
		mask = c.ExpandDims(mask, -1)
	}
	weights := c.MaskedSoftmax(scores, mask, []int{1}, false)
	return layers.One(c.Sum(c.Mul(weights, x), []int{1}, false))
}
