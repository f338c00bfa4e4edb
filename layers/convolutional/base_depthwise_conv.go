package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// depthwise is the part of a convolution that filters each channel by itself.
type depthwise struct {
	KernelWindow
	DepthMultiplier      int                 `keras:"depth_multiplier"`
	DepthwiseInitializer layers.Initializer  `keras:"depthwise_initializer"`
	DepthwiseRegularizer *layers.Regularizer `keras:"depthwise_regularizer"`
	DepthwiseConstraint  *layers.Constraint  `keras:"depthwise_constraint"`
}

func newDepthwise(rank int) depthwise {
	return depthwise{KernelWindow: NewKernelWindow(rank), DepthMultiplier: 1, DepthwiseInitializer: layers.Initializer{Class: "GlorotUniform"}}
}

func (l *depthwise) check(d *layers.Decoder) {
	l.KernelWindow.Check(d, l.Rank == 1) // Keras 2 has causal ones
	if l.DepthMultiplier < 1 {
		d.Broken("depth_multiplier must be >= 1, received %d", l.DepthMultiplier)
	}
}

func (l *depthwise) kernel(name string, channels int) layers.Weight {
	return layers.Weight{Name: name, Shape: append(append(runtime.Shape{}, l.KernelSize...), channels, l.DepthMultiplier), Trainable: true,
		Initializer: l.DepthwiseInitializer, Regularizer: l.DepthwiseRegularizer, Constraint: l.DepthwiseConstraint}
}

// apply convolves x, whose channels are last: a convolution with a group for
// each channel.
func (l *depthwise) apply(c *layers.Call, x, kernel *runtime.Value) *runtime.Value {
	channels := kernel.Shape[l.Rank]
	sizes := append(append([]int{}, l.KernelSize...), 1, channels*l.DepthMultiplier)
	return c.Conv(x, c.Reshape(kernel, sizes...), l.Window(), channels)
}

// baseDepthwiseConv is a depthwise convolution of any rank
// (keras/src/layers/convolutional/base_depthwise_conv.py).
type baseDepthwiseConv struct {
	layers.Common
	depthwise
	convEnd
}

func newBaseDepthwiseConv(rank int) baseDepthwiseConv {
	return baseDepthwiseConv{depthwise: newDepthwise(rank), convEnd: newConvEnd()}
}

// Validate implements Validator.
func (l *baseDepthwiseConv) Validate(d *layers.Decoder) { l.check(d) }

// Build implements Layer.
func (l *baseDepthwiseConv) Build(in []runtime.Shape) ([]layers.Weight, error) {
	channels, err := l.WantChannels(in)
	if err != nil {
		return nil, err
	}
	return append([]layers.Weight{l.kernel("kernel", channels)}, l.bias(channels*l.DepthMultiplier)...), nil
}

// Call implements Layer.
func (l *baseDepthwiseConv) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.finish(c, &l.Spatial, l.apply(c, l.ToChannelsLast(c, in[0].Value), c.Weight("kernel")))
}
