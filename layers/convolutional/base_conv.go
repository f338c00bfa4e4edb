package convolutional

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// KernelWindow is how the kernel of a convolution moves.
type KernelWindow struct {
	layers.Spatial
	KernelSize   []int  `keras:"kernel_size"`
	Strides      []int  `keras:"strides"`
	Padding      string `keras:"padding"`
	DilationRate []int  `keras:"dilation_rate"`
}

func NewKernelWindow(rank int) KernelWindow {
	return KernelWindow{Spatial: layers.Spatial{Rank: rank}, Strides: ones(rank), Padding: "valid", DilationRate: ones(rank)}
}

func (w *KernelWindow) Check(d *layers.Decoder, causal bool) {
	d.WantDataFormat(w.DataFormat)
	w.OnEach(d, "kernel_size", &w.KernelSize, 1)
	w.OnEach(d, "strides", &w.Strides, 1)
	w.OnEach(d, "dilation_rate", &w.DilationRate, 1)
	switch w.Padding {
	case "valid", "same", layers.TheanoSame:
	case "causal":
		if !causal {
			d.Unsupported("padding %q", w.Padding)
		}
	default:
		d.Broken("padding must be valid or same, received %q", w.Padding)
	}
}

// Window returns the runtime's window.
func (w *KernelWindow) Window() runtime.Window {
	r := runtime.Window{Strides: w.Strides, Dilation: w.DilationRate}
	switch w.Padding {
	case "same":
		r.Padding = runtime.Same
	case layers.TheanoSame:
		r.Padding = runtime.SameFrom
		for i, k := range w.KernelSize {
			r.Before = append(r.Before, ((k-1)*w.DilationRate[i]+1)/2)
		}
	case "causal": // all in front: no output sees a later input
		r.Padding = runtime.Explicit
		r.Before = []int{(w.KernelSize[0] - 1) * w.DilationRate[0]}
	}
	return r
}

// convEnd is what follows the products of a convolution.
type convEnd struct {
	layers.BiasOptions
	Activation layers.Activation `keras:"activation"`
	UseBias    bool              `keras:"use_bias"`
}

func newConvEnd() convEnd { return convEnd{BiasOptions: layers.NewBiasOptions(), UseBias: true} }

// bias describes the bias, if there is one.
func (e *convEnd) bias(filters int) []layers.Weight {
	if !e.UseBias {
		return nil
	}
	return []layers.Weight{e.Bias(runtime.Shape{filters})}
}

// finish adds the bias and the activation to a result whose channels are last.
func (e *convEnd) finish(c *layers.Call, s *layers.Spatial, y *runtime.Value) ([]layers.Tensor, error) {
	if e.UseBias {
		y = c.Add(y, c.Weight("bias"))
	}
	return []layers.Tensor{e.Activation.Apply(c, s.FromChannelsLast(c, y))}, nil
}

// baseConv is a convolution of any rank (keras/src/layers/convolutional/base_conv.py).
type baseConv struct {
	layers.Common
	KernelWindow
	convEnd
	layers.KernelOptions
	Filters int `keras:"filters"`
	Groups  int `keras:"groups"`
}

func newBaseConv(rank int) baseConv {
	return baseConv{KernelWindow: NewKernelWindow(rank), convEnd: newConvEnd(), KernelOptions: layers.NewKernelOptions(), Groups: 1}
}

// Validate implements Validator.
func (l *baseConv) Validate(d *layers.Decoder) {
	l.Check(d, l.Rank == 1)
	if l.Filters < 1 {
		d.Broken("filters must be >= 1, received %d", l.Filters)
	}
	if l.Groups < 1 || l.Filters%l.Groups != 0 {
		d.Broken("groups must be >= 1 and divide filters=%d, received %d", l.Filters, l.Groups)
	}
}

// Build implements Layer.
func (l *baseConv) Build(in []runtime.Shape) ([]layers.Weight, error) {
	channels, err := l.WantChannels(in)
	if err != nil {
		return nil, err
	}
	if channels%l.Groups != 0 {
		return nil, &runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("channels that %d groups divide", l.Groups), Received: in[0].String()}
	}
	shape := append(append(runtime.Shape{}, l.KernelSize...), channels/l.Groups, l.Filters)
	return append([]layers.Weight{l.Kernel(shape)}, l.bias(l.Filters)...), nil
}

// Call implements Layer.
func (l *baseConv) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.finish(c, &l.Spatial, c.Conv(l.ToChannelsLast(c, in[0].Value), c.Weight("kernel"), l.Window(), l.Groups))
}

// ones returns a number for each spatial axis.
func ones(n int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = 1
	}
	return v
}
