package layers

import "github.com/kerasrun/kerasrun/runtime"

// baseGlobalPooling takes one value from each channel
// (keras/src/layers/pooling/base_global_pooling.py).
type baseGlobalPooling struct {
	Common
	spatial
	fold     func(b *runtime.Builder, x *runtime.Value, axes []int, keep bool) *runtime.Value
	KeepDims bool `keras:"keepdims"`
}

func newGlobalMaxPooling(rank int) baseGlobalPooling {
	return baseGlobalPooling{spatial: spatial{rank: rank}, fold: (*runtime.Builder).Max}
}

func newGlobalAveragePooling(rank int) baseGlobalPooling {
	return baseGlobalPooling{spatial: spatial{rank: rank}, fold: (*runtime.Builder).Mean}
}

// Validate implements validator.
func (l *baseGlobalPooling) Validate(d *Decoder) { wantDataFormat(d, l.DataFormat) }

// Build implements Layer.
func (l *baseGlobalPooling) Build(in []runtime.Shape) ([]Weight, error) { return l.spatial.Build(in) }

// Call implements Layer.
func (l *baseGlobalPooling) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return One(l.pooled(c, l.fold(c.Builder, l.in(c, in[0].Value), l.axes(), l.KeepDims)))
}

func (l *baseGlobalPooling) axes() []int {
	axes := make([]int, l.rank)
	for i := range axes {
		axes[i] = i + 1
	}
	return axes
}

// pooled gives a result back its data format, if it kept its axes.
func (l *baseGlobalPooling) pooled(c *Call, y *runtime.Value) *runtime.Value {
	if !l.KeepDims {
		return y
	}
	return l.out(c, y)
}
