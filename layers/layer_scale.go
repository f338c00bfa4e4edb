package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &LayerScale{} }, "LayerScale", "Custom>LayerScale")
	register(func() Layer { return &StochasticDepth{} }, "StochasticDepth", "Custom>StochasticDepth")
	register(func() Layer { return &CustomScaleLayer{} }, "CustomScaleLayer", "Custom>CustomScaleLayer")
}

// LayerScale multiplies by a learned vector: a layer of keras.applications'
// ConvNeXt (keras/src/applications/convnext.py).
type LayerScale struct {
	Common
	InitValues    float64 `keras:"init_values"`
	ProjectionDim int     `keras:"projection_dim"`
}

// Validate implements validator.
func (l *LayerScale) Validate(d *Decoder) {
	if l.ProjectionDim < 1 {
		d.Broken("projection_dim must be >= 1, received %d", l.ProjectionDim)
	}
}

// Build implements Layer.
func (l *LayerScale) Build(in []runtime.Shape) ([]Weight, error) {
	return []Weight{{Name: "gamma", Shape: runtime.Shape{l.ProjectionDim}, Trainable: true,
		Initializer: Initializer{Class: "Constant", Config: map[string]any{"value": l.InitValues}}}}, WantInputs(len(in), 1, 1)
}

// Call implements Layer.
func (l *LayerScale) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return One(c.Mul(in[0].Value, c.Weights[0]))
}

// StochasticDepth drops whole rows in training: also a layer of
// keras.applications' ConvNeXt. The method is that of Huang et al. 2016.
type StochasticDepth struct {
	Common
	DropPathRate float64 `keras:"drop_path_rate"`
}

// Validate implements validator.
func (l *StochasticDepth) Validate(d *Decoder) {
	if !(l.DropPathRate >= 0 && l.DropPathRate < 1) {
		d.Broken("drop_path_rate must be at least 0 and below 1, received %v", l.DropPathRate)
	}
}

// Call implements Layer.
func (l *StochasticDepth) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x := in[0].Value
	if !c.Training || l.DropPathRate == 0 {
		return in[:1], nil
	}
	one := 1
	noise := make([]*int, x.Rank())
	for a := 1; a < len(noise); a++ {
		noise[a] = &one
	}
	return One(dropout(c, x, l.DropPathRate, noise))
}

// CustomScaleLayer is x + scale·y: a layer of keras.applications'
// InceptionResNetV2 (keras/src/applications/inception_resnet_v2.py).
type CustomScaleLayer struct {
	Common
	Scale float64 `keras:"scale"`
}

// Build implements Layer.
func (l *CustomScaleLayer) Build(in []runtime.Shape) ([]Weight, error) {
	return nil, WantInputs(len(in), 2, 2)
}

// Call implements Layer.
func (l *CustomScaleLayer) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return One(c.Add(in[0].Value, c.Mul(in[1].Value, c.Scalar(float32(l.Scale)))))
}
