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

// globalAverage takes the mean of each channel.
type globalAverage struct {
	baseGlobalPooling

	// IntegerMean tells that the mean of integers is one too, cut off, as in Keras 2.
	// Package keras sets it.
	IntegerMean bool `keras:"integer_mean"`
}

func newGlobalMaxPooling(rank int) baseGlobalPooling {
	return baseGlobalPooling{Spatial: layers.Spatial{Rank: rank}, fold: (*runtime.Builder).Max}
}

func newGlobalAveragePooling(rank int) globalAverage {
	return globalAverage{baseGlobalPooling: baseGlobalPooling{Spatial: layers.Spatial{Rank: rank}, fold: meanOf}}
}

// meanOf is a mean of floats, whatever it is of.
func meanOf(b *runtime.Builder, x *runtime.Value, axes []int, keep bool) *runtime.Value {
	return b.Mean(b.Cast(x, runtime.Float32), axes, keep)
}

// Call implements Layer.
func (l *globalAverage) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if err := l.check(in[0].Value); err != nil {
		return nil, err
	}
	return l.baseGlobalPooling.Call(c, in)
}

func (l *globalAverage) check(x *runtime.Value) error {
	if l.IntegerMean && layers.IsInteger(x.DType) {
		return &runtime.ShapeError{What: "input", Wanted: "floats: of integers Keras 2 cuts the mean off", Received: x.Type.String()}
	}
	return nil
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
