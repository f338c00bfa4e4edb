package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// convWindow is how the kernel of a convolution moves.
type convWindow struct {
	spatial
	KernelSize   []int  `keras:"kernel_size"`
	Strides      []int  `keras:"strides"`
	Padding      string `keras:"padding"`
	DilationRate []int  `keras:"dilation_rate"`
}

func newConvWindow(rank int) convWindow {
	return convWindow{spatial: spatial{rank: rank}, Strides: ones(rank), Padding: "valid", DilationRate: ones(rank)}
}

func (w *convWindow) check(d *Decoder, causal bool) {
	wantDataFormat(d, w.DataFormat)
	w.onEach(d, "kernel_size", &w.KernelSize, 1)
	w.onEach(d, "strides", &w.Strides, 1)
	w.onEach(d, "dilation_rate", &w.DilationRate, 1)
	switch w.Padding {
	case "valid", "same":
	case "causal":
		if !causal {
			d.Unsupported("padding %q", w.Padding)
		}
	default:
		d.Broken("padding must be valid or same, received %q", w.Padding)
	}
}

// window returns the runtime's window.
func (w *convWindow) window() runtime.Window {
	r := runtime.Window{Strides: w.Strides, Dilation: w.DilationRate}
	switch w.Padding {
	case "same":
		r.Padding = runtime.Same
	case "causal": // all in front: no output sees a later input
		r.Padding = runtime.Explicit
		r.Before = []int{(w.KernelSize[0] - 1) * w.DilationRate[0]}
	}
	return r
}

// convEnd is what follows the products of a convolution.
type convEnd struct {
	biasOptions
	Activation Activation `keras:"activation"`
	UseBias    bool       `keras:"use_bias"`
}

// bias describes the bias, if there is one.
func (e *convEnd) bias(filters int) []Weight {
	if !e.UseBias {
		return nil
	}
	return []Weight{e.biased(runtime.Shape{filters})}
}

// finish adds the bias, which is the last of the weights, and the activation to
// a result whose channels are last.
func (e *convEnd) finish(c *Call, s *spatial, y *runtime.Value) ([]Tensor, error) {
	if e.UseBias {
		y = c.Add(y, c.Weights[len(c.Weights)-1])
	}
	return []Tensor{e.Activation.Apply(c, s.out(c, y))}, nil
}

// baseConv is a convolution of any rank (keras/src/layers/convolutional/base_conv.py).
type baseConv struct {
	Common
	convWindow
	convEnd
	kernelOptions
	Filters int `keras:"filters"`
	Groups  int `keras:"groups"`
}

func newBaseConv(rank int) baseConv {
	return baseConv{convWindow: newConvWindow(rank), convEnd: convEnd{UseBias: true}, Groups: 1}
}

// Validate implements validator.
func (l *baseConv) Validate(d *Decoder) {
	l.check(d, l.rank == 1)
	if l.Filters < 1 {
		d.Broken("filters must be >= 1, received %d", l.Filters)
	}
	if l.Groups < 1 || l.Filters%l.Groups != 0 {
		d.Broken("groups must be >= 1 and divide filters=%d, received %d", l.Filters, l.Groups)
	}
}

// Build implements Layer.
func (l *baseConv) Build(in []runtime.Shape) ([]Weight, error) {
	channels, err := l.wantChannels(in)
	if err != nil {
		return nil, err
	}
	if channels%l.Groups != 0 {
		return nil, &runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("channels that %d groups divide", l.Groups), Received: in[0].String()}
	}
	shape := append(append(runtime.Shape{}, l.KernelSize...), channels/l.Groups, l.Filters)
	return append([]Weight{l.kernel(shape)}, l.bias(l.Filters)...), nil
}

// Call implements Layer.
func (l *baseConv) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.finish(c, &l.spatial, c.Conv(l.in(c, in[0].Value), c.Weights[0], l.window(), l.Groups))
}
