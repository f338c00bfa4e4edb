package layers

import "github.com/kerasrun/kerasrun/runtime"

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

// Validate implements validator.
func (l *baseConvTranspose) Validate(d *Decoder) {
	l.check(d, false)
	if l.Filters < 1 {
		d.Broken("filters must be >= 1, received %d", l.Filters)
	}
	if l.Groups != 1 {
		d.Unsupported("groups=%d", l.Groups)
	}
	if l.OutputPadding != nil {
		l.onEach(d, "output_padding", &l.OutputPadding, 0)
	}
}

// Build implements Layer.
func (l *baseConvTranspose) Build(in []runtime.Shape) ([]Weight, error) {
	channels, err := l.wantChannels(in)
	if err != nil {
		return nil, err
	}
	shape := append(append(runtime.Shape{}, l.KernelSize...), l.Filters, channels)
	return append([]Weight{l.kernel(shape)}, l.bias(l.Filters)...), nil
}

// Call implements Layer.
func (l *baseConvTranspose) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.finish(c, &l.spatial, c.ConvTranspose(l.in(c, in[0].Value), c.Weights[0], l.window(), 1, l.OutputPadding))
}
