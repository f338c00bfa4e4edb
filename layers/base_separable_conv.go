package layers

import "github.com/kerasrun/kerasrun/runtime"

// baseSeparableConv is a depthwise convolution and then one over single places
// (keras/src/layers/convolutional/base_separable_conv.py).
type baseSeparableConv struct {
	Common
	depthwise
	convEnd
	Filters              int          `keras:"filters"`
	PointwiseInitializer Initializer  `keras:"pointwise_initializer"`
	PointwiseRegularizer *Regularizer `keras:"pointwise_regularizer"`
	PointwiseConstraint  *Constraint  `keras:"pointwise_constraint"`
}

func newBaseSeparableConv(rank int) baseSeparableConv {
	return baseSeparableConv{depthwise: depthwise{convWindow: newConvWindow(rank), DepthMultiplier: 1}, convEnd: convEnd{UseBias: true}}
}

// Validate implements validator.
func (l *baseSeparableConv) Validate(d *Decoder) {
	l.check(d)
	if l.Filters < 1 {
		d.Broken("filters must be >= 1, received %d", l.Filters)
	}
}

// Build implements Layer.
func (l *baseSeparableConv) Build(in []runtime.Shape) ([]Weight, error) {
	channels, err := l.wantChannels(in)
	if err != nil {
		return nil, err
	}
	pointwise := Weight{Name: "pointwise_kernel", Shape: append(runtime.Shape(ones(l.rank)), channels*l.DepthMultiplier, l.Filters), Trainable: true,
		Initializer: l.PointwiseInitializer, Regularizer: l.PointwiseRegularizer, Constraint: l.PointwiseConstraint}
	return append([]Weight{l.kernel("depthwise_kernel", channels), pointwise}, l.bias(l.Filters)...), nil
}

// Call implements Layer.
func (l *baseSeparableConv) Call(c *Call, in []Tensor) ([]Tensor, error) {
	y := l.apply(c, l.in(c, in[0].Value), c.Weights[0])
	return l.finish(c, &l.spatial, c.Conv(y, c.Weights[1], runtime.Window{}, 1))
}
