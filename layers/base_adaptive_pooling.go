package layers

import "github.com/kerasrun/kerasrun/runtime"

// baseAdaptivePooling takes one value from each of a fixed number of windows
// that share each axis evenly (keras/src/layers/pooling/base_adaptive_pooling.py).
type baseAdaptivePooling struct {
	Common
	spatial
	pool       func(b *runtime.Builder, x *runtime.Value, windows []int) *runtime.Value
	OutputSize []int `keras:"output_size"`
}

func newAdaptiveMaxPooling(rank int) baseAdaptivePooling {
	return baseAdaptivePooling{spatial: spatial{rank: rank}, pool: (*runtime.Builder).EvenMaxPool}
}

func newAdaptiveAveragePooling(rank int) baseAdaptivePooling {
	return baseAdaptivePooling{spatial: spatial{rank: rank}, pool: (*runtime.Builder).EvenAvgPool}
}

// Validate implements validator.
func (l *baseAdaptivePooling) Validate(d *Decoder) {
	wantDataFormat(d, l.DataFormat)
	l.onEach(d, "output_size", &l.OutputSize, 1)
}

// Build implements Layer.
func (l *baseAdaptivePooling) Build(in []runtime.Shape) ([]Weight, error) { return l.spatial.Build(in) }

// Call implements Layer.
func (l *baseAdaptivePooling) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return One(l.out(c, l.pool(c.Builder, l.in(c, in[0].Value), l.OutputSize)))
}
