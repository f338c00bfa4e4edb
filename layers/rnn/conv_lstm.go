package rnn

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/convolutional"
	"github.com/kerasrun/kerasrun/runtime"
)

// ConvLSTM is an LSTM over axis 1 whose products are convolutions (Shi et al.
// 2015; keras/src/layers/rnn/conv_lstm.py). The layers ConvLSTM1D, 2D and 3D
// differ in the number of spatial axes only.
type ConvLSTM struct {
	layers.Common
	recurrent
	convLSTM
}

// convLSTM is the cell. The input's convolution has the layer's window; the
// recurrent one keeps the state's size.
type convLSTM struct {
	convolutional.KernelWindow
	cellOptions
	Filters             int               `keras:"filters"`
	RecurrentActivation layers.Activation `keras:"recurrent_activation"`
	UnitForgetBias      bool              `keras:"unit_forget_bias"`
}

func newConvLSTM(rank int) *ConvLSTM {
	sigmoid, _ := layers.ActivationNamed("sigmoid")
	return &ConvLSTM{convLSTM: convLSTM{KernelWindow: convolutional.NewKernelWindow(rank), cellOptions: newCell(), RecurrentActivation: sigmoid, UnitForgetBias: true}}
}

// Validate implements Validator.
func (l *ConvLSTM) Validate(d *layers.Decoder) {
	l.KernelWindow.Check(d, false)
	l.recurrentDropout.check(d)
	if l.Filters < 1 || l.Filters > 1<<24 {
		d.Broken("filters must be between 1 and %d, received %d", 1<<24, l.Filters)
	}
}

func (l *ConvLSTM) recurrence() recurrence { return &l.convLSTM }

// Build implements Layer.
func (l *ConvLSTM) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.build(in, &l.convLSTM, "conv_lstm_cell")
}

// Call implements Layer.
func (l *ConvLSTM) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.call(c, in, &l.convLSTM, false)
}

func (o *convLSTM) kernelShape(channels int) runtime.Shape {
	return append(append(runtime.Shape{}, o.KernelSize...), channels, 4*o.Filters)
}

func (o *convLSTM) buildCell(step runtime.Shape) ([]layers.Weight, error) {
	channels, err := o.WantChannels([]runtime.Shape{step})
	if err != nil {
		return nil, err
	}
	w := o.cellOptions.weights(o.kernelShape(channels), o.kernelShape(o.Filters), runtime.Shape{4 * o.Filters})
	if o.UseBias && o.UnitForgetBias {
		w[2].Initializer = unitForgetBias(o.BiasInitializer)
	}
	return w, nil
}

// StateShapes implements Cell: the states have the size of the input's
// convolution.
func (o *convLSTM) StateShapes(step runtime.Shape) ([]runtime.Shape, error) {
	channels, err := o.WantChannels([]runtime.Shape{step})
	if err != nil {
		return nil, err
	}
	b := runtime.NewBuilder()
	c, _ := layers.NewCall(b, nil, nil, false)
	kernel := b.ParameterOf(0, runtime.Type{Shape: o.kernelShape(channels)})
	y := c.Conv(o.ToChannelsLast(c, b.Input("", runtime.Type{Shape: step})), kernel, o.Window(), 1)
	if err := b.Err(); err != nil {
		return nil, err
	}
	size := append(runtime.Shape{}, y.Shape[1:]...)
	if !size.Known() {
		return nil, &runtime.ShapeError{What: "input", Wanted: "known spatial sizes", Received: step.String()}
	}
	size[len(size)-1] = o.Filters
	if o.ChannelsFirst() {
		size = append(runtime.Shape{o.Filters}, size[:len(size)-1]...)
	}
	return []runtime.Shape{size, size}, nil
}

// project convolves one step, or all of a sequence as rows of a batch. The
// result has its channels last.
func (o *convLSTM) project(c *layers.Call, x *runtime.Value) *runtime.Value {
	sequence := x.Rank() == o.Rank+3
	if !sequence && x.Rank() != o.Rank+2 {
		return c.Fail(&runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("rank %d", o.Rank+3), Received: x.Shape.String()})
	}
	convolve := func(x, kernel *runtime.Value) *runtime.Value {
		if !sequence {
			return c.Conv(o.ToChannelsLast(c, x), kernel, o.Window(), 1)
		}
		return splitTime(c, c.Conv(o.ToChannelsLast(c, joinTime(c, x)), kernel, o.Window(), 1), x)
	}
	var z *runtime.Value
	if o.drops(c, o.Dropout) {
		noise := make([]*int, x.Rank())
		if one := 1; sequence {
			noise[1] = &one
		}
		z = o.apart(c.Builder, c.Weight("kernel"), func(kernel *runtime.Value) *runtime.Value {
			return convolve(c.Dropout(x, o.Dropout, noise), kernel)
		})
	} else {
		z = convolve(x, c.Weight("kernel"))
	}
	if o.UseBias {
		z = c.Add(z, c.Weight("bias"))
	}
	return z
}

// apart joins what product makes of each gate's part of a kernel.
func (o *convLSTM) apart(b *runtime.Builder, kernel *runtime.Value, product func(kernel *runtime.Value) *runtime.Value) *runtime.Value {
	var z []*runtime.Value
	for g := range 4 {
		z = append(z, product(b.SliceLast(kernel, g*o.Filters, (g+1)*o.Filters)))
	}
	return b.Concat(z[0].Rank()-1, z...)
}

func (o *convLSTM) step(c *layers.Call, x *runtime.Value, states []*runtime.Value) (*runtime.Value, []*runtime.Value, error) {
	same := runtime.Window{Padding: runtime.Same}
	product := func(b *runtime.Builder, h *runtime.Value, _, _ int) *runtime.Value {
		if !o.drops(c, o.RecurrentDropout) {
			return b.Conv(h, c.Weight("recurrent_kernel"), same, 1)
		}
		return o.apart(b, c.Weight("recurrent_kernel"), func(kernel *runtime.Value) *runtime.Value {
			return b.Conv(c.Dropout(h, o.RecurrentDropout, make([]*int, h.Rank())), kernel, same, 1)
		})
	}
	next := c.LSTMStep(x, []*runtime.Value{o.ToChannelsLast(c, states[0]), o.ToChannelsLast(c, states[1])}, elementwise(c, o.Activation), elementwise(c, o.RecurrentActivation), product)
	next = []*runtime.Value{o.FromChannelsLast(c, next[0]), o.FromChannelsLast(c, next[1])}
	return next[0], next, nil
}
