package applications

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("LayerScale", func() layers.Layer { return &LayerScale{} }, "Custom>LayerScale")
	layers.RegisterKeras("StochasticDepth", func() layers.Layer { return &StochasticDepth{} }, "Custom>StochasticDepth")
}

// LayerScale multiplies by a learned vector: a layer of keras.applications'
// ConvNeXt (keras/src/applications/convnext.py).
type LayerScale struct {
	layers.Common
	InitValues    float64 `keras:"init_values"`
	ProjectionDim int     `keras:"projection_dim"`
}

// Validate implements Validator.
func (l *LayerScale) Validate(d *layers.Decoder) {
	if l.ProjectionDim < 1 {
		d.Broken("projection_dim must be >= 1, received %d", l.ProjectionDim)
	}
}

// Build implements Layer.
func (l *LayerScale) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return []layers.Weight{{Name: "gamma", Shape: runtime.Shape{l.ProjectionDim}, Trainable: true,
		Initializer: layers.Initializer{Class: "Constant", Config: map[string]any{"value": l.InitValues}}}}, layers.WantInputs(len(in), 1, 1)
}

// Call implements Layer.
func (l *LayerScale) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(c.Mul(in[0].Value, c.Weight("gamma")))
}

// StochasticDepth drops whole rows in training: also a layer of
// keras.applications' ConvNeXt. The method is that of Huang et al. 2016.
type StochasticDepth struct {
	layers.Common
	DropPathRate float64 `keras:"drop_path_rate"`
}

// Validate implements Validator.
func (l *StochasticDepth) Validate(d *layers.Decoder) {
	if !(l.DropPathRate >= 0 && l.DropPathRate < 1) {
		d.Broken("drop_path_rate must be at least 0 and below 1, received %v", l.DropPathRate)
	}
}

// Call implements Layer.
func (l *StochasticDepth) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if !c.Training || l.DropPathRate == 0 {
		return in[:1], nil
	}
	one := 1
	noise := make([]*int, x.Rank())
	for a := 1; a < len(noise); a++ {
		noise[a] = &one
	}
	return layers.One(c.Dropout(x, l.DropPathRate, noise))
}
