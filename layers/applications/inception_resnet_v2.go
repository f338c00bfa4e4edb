package applications

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("CustomScaleLayer", func() layers.Layer { return &CustomScaleLayer{} }, "Custom>CustomScaleLayer")
}

// CustomScaleLayer is x + scale·y: a layer of keras.applications'
// InceptionResNetV2 (keras/src/applications/inception_resnet_v2.py).
type CustomScaleLayer struct {
	layers.Common
	Scale float64 `keras:"scale"`
}

// Build implements Layer.
func (l *CustomScaleLayer) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return nil, layers.WantInputs(len(in), 2, 2)
}

// Call implements Layer.
func (l *CustomScaleLayer) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(c.Add(in[0].Value, c.Mul(in[1].Value, c.Scalar(float32(l.Scale)))))
}
