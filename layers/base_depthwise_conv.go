package layers

import "github.com/kerasrun/kerasrun/runtime"

// depthwise is the part of a convolution that filters each channel by itself.
type depthwise struct {
	convWindow
	DepthMultiplier      int          `keras:"depth_multiplier"`
	DepthwiseInitializer Initializer  `keras:"depthwise_initializer"`
	DepthwiseRegularizer *Regularizer `keras:"depthwise_regularizer"`
	DepthwiseConstraint  *Constraint  `keras:"depthwise_constraint"`
}

func (l *depthwise) check(d *Decoder) {
	l.convWindow.check(d, l.rank == 1) // Keras 2 has causal ones
	if l.DepthMultiplier < 1 {
		d.Broken("depth_multiplier must be >= 1, received %d", l.DepthMultiplier)
	}
}

func (l *depthwise) kernel(name string, channels int) Weight {
	return Weight{Name: name, Shape: append(append(runtime.Shape{}, l.KernelSize...), channels, l.DepthMultiplier), Trainable: true,
		Initializer: l.DepthwiseInitializer, Regularizer: l.DepthwiseRegularizer, Constraint: l.DepthwiseConstraint}
}

// apply convolves x, whose channels are last: a convolution with a group for
// each channel.
func (l *depthwise) apply(c *Call, x, kernel *runtime.Value) *runtime.Value {
	channels := kernel.Shape[l.rank]
	sizes := append(append([]int{}, l.KernelSize...), 1, channels*l.DepthMultiplier)
	return c.Conv(x, c.Reshape(kernel, sizes...), l.window(), channels)
}

// baseDepthwiseConv is a depthwise convolution of any rank
// (keras/src/layers/convolutional/base_depthwise_conv.py).
type baseDepthwiseConv struct {
	Common
	depthwise
	convEnd
}

func newBaseDepthwiseConv(rank int) baseDepthwiseConv {
	return baseDepthwiseConv{depthwise: depthwise{convWindow: newConvWindow(rank), DepthMultiplier: 1}, convEnd: convEnd{UseBias: true}}
}

// Validate implements validator.
func (l *baseDepthwiseConv) Validate(d *Decoder) { l.check(d) }

// Build implements Layer.
func (l *baseDepthwiseConv) Build(in []runtime.Shape) ([]Weight, error) {
	channels, err := l.wantChannels(in)
	if err != nil {
		return nil, err
	}
	return append([]Weight{l.kernel("kernel", channels)}, l.bias(channels*l.DepthMultiplier)...), nil
}

// Call implements Layer.
func (l *baseDepthwiseConv) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.finish(c, &l.spatial, l.apply(c, l.in(c, in[0].Value), c.Weights[0]))
}
