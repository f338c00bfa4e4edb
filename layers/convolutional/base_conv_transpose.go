package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// baseConvTranspose is a transposed convolution of any rank
// (keras/src/layers/convolutional/base_conv_transpose.py). Its kernel has the
// filters before the input's channels.
type baseConvTranspose struct {
	baseConv
	OutputPadding []int `keras:"output_padding"`
}

func newBaseConvTranspose(rank int) baseConvTranspose {
	return baseConvTranspose{baseConv: newBaseConv(rank)}
}

// Validate implements Validator.
func (l *baseConvTranspose) Validate(d *layers.Decoder) {
	l.Check(d, false)
	if l.Filters < 1 {
		d.Broken("filters must be >= 1, received %d", l.Filters)
	}
	if l.Groups != 1 {
		d.Unsupported("groups=%d", l.Groups)
	}
	if l.OutputPadding != nil {
		l.OnEach(d, "output_padding", &l.OutputPadding, 0)
	}
}

// Build implements Layer.
func (l *baseConvTranspose) Build(in []runtime.Shape) ([]layers.Weight, error) {
	channels, err := l.WantChannels(in)
	if err != nil {
		return nil, err
	}
	shape := append(append(runtime.Shape{}, l.KernelSize...), l.Filters, channels)
	return append([]layers.Weight{l.Kernel(shape)}, l.bias(l.Filters)...), nil
}

// Call implements Layer.
func (l *baseConvTranspose) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.finish(c, &l.Spatial, c.ConvTranspose(l.ToChannelsLast(c, in[0].Value), c.Weight("kernel"), l.Window(), 1, l.OutputPadding))
}
