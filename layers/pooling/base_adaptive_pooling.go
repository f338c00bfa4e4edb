package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// baseAdaptivePooling takes one value from each of a fixed number of windows
// that share each axis evenly (keras/src/layers/pooling/base_adaptive_pooling.py).
type baseAdaptivePooling struct {
	layers.Common
	layers.Spatial
	pool       func(b *runtime.Builder, x *runtime.Value, windows []int) *runtime.Value
	OutputSize []int `keras:"output_size"`
}

func newAdaptiveMaxPooling(rank int) baseAdaptivePooling {
	return baseAdaptivePooling{Spatial: layers.Spatial{Rank: rank}, pool: (*runtime.Builder).EvenMaxPool}
}

func newAdaptiveAveragePooling(rank int) baseAdaptivePooling {
	return baseAdaptivePooling{Spatial: layers.Spatial{Rank: rank}, pool: (*runtime.Builder).EvenAvgPool}
}

// Validate implements Validator.
func (l *baseAdaptivePooling) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.OnEach(d, "output_size", &l.OutputSize, 1)
}

// Build implements Layer.
func (l *baseAdaptivePooling) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.Spatial.Build(in)
}

// Call implements Layer.
func (l *baseAdaptivePooling) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(l.FromChannelsLast(c, l.pool(c.Builder, l.ToChannelsLast(c, in[0].Value), l.OutputSize)))
}
