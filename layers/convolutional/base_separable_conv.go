package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// baseSeparableConv is a depthwise convolution and then one over single places
// (keras/src/layers/convolutional/base_separable_conv.py).
type baseSeparableConv struct {
	layers.Common
	depthwise
	convEnd
	Filters              int                 `keras:"filters"`
	PointwiseInitializer layers.Initializer  `keras:"pointwise_initializer"`
	PointwiseRegularizer *layers.Regularizer `keras:"pointwise_regularizer"`
	PointwiseConstraint  *layers.Constraint  `keras:"pointwise_constraint"`
}

func newBaseSeparableConv(rank int) baseSeparableConv {
	return baseSeparableConv{depthwise: newDepthwise(rank), convEnd: newConvEnd(),
		PointwiseInitializer: layers.Initializer{Class: "GlorotUniform"}}
}

// Validate implements Validator.
func (l *baseSeparableConv) Validate(d *layers.Decoder) {
	l.check(d)
	if l.Filters < 1 {
		d.Broken("filters must be >= 1, received %d", l.Filters)
	}
}

// Build implements Layer.
func (l *baseSeparableConv) Build(in []runtime.Shape) ([]layers.Weight, error) {
	channels, err := l.WantChannels(in)
	if err != nil {
		return nil, err
	}
	pointwise := layers.Weight{Name: "pointwise_kernel", Shape: append(runtime.Shape(ones(l.Rank)), channels*l.DepthMultiplier, l.Filters), Trainable: true,
		Initializer: l.PointwiseInitializer, Regularizer: l.PointwiseRegularizer, Constraint: l.PointwiseConstraint}
	return append([]layers.Weight{l.kernel("depthwise_kernel", channels), pointwise}, l.bias(l.Filters)...), nil
}

// Call implements Layer.
func (l *baseSeparableConv) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	y := l.apply(c, l.ToChannelsLast(c, in[0].Value), c.Weight("depthwise_kernel"))
	return l.finish(c, &l.Spatial, c.Conv(y, c.Weight("pointwise_kernel"), runtime.Window{}, 1))
}
