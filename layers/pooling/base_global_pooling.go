package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// baseGlobalPooling takes one value from each channel
// (keras/src/layers/pooling/base_global_pooling.py).
type baseGlobalPooling struct {
	layers.Common
	layers.Spatial
	fold     func(b *runtime.Builder, x *runtime.Value, axes []int, keep bool) *runtime.Value
	KeepDims bool `keras:"keepdims"`
}

func newGlobalMaxPooling(rank int) baseGlobalPooling {
	return baseGlobalPooling{Spatial: layers.Spatial{Rank: rank}, fold: (*runtime.Builder).Max}
}

func newGlobalAveragePooling(rank int) baseGlobalPooling {
	return baseGlobalPooling{Spatial: layers.Spatial{Rank: rank}, fold: (*runtime.Builder).Mean}
}

// Validate implements Validator.
func (l *baseGlobalPooling) Validate(d *layers.Decoder) { d.WantDataFormat(l.DataFormat) }

// Build implements Layer.
func (l *baseGlobalPooling) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.Spatial.Build(in)
}

// Call implements Layer.
func (l *baseGlobalPooling) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(l.pooled(c, l.fold(c.Builder, l.ToChannelsLast(c, in[0].Value), l.axes(), l.KeepDims)))
}

func (l *baseGlobalPooling) axes() []int {
	axes := make([]int, l.Rank)
	for i := range axes {
		axes[i] = i + 1
	}
	return axes
}

// pooled gives a result back its data format, if it kept its axes.
func (l *baseGlobalPooling) pooled(c *layers.Call, y *runtime.Value) *runtime.Value {
	if !l.KeepDims {
		return y
	}
	return l.FromChannelsLast(c, y)
}
