package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("STFTSpectrogram", func() layers.Layer {
		return &STFTSpectrogram{Mode: "log", FrameLength: 256, Window: "hann", Scaling: "density", Padding: "valid"}
	})
}

// STFTSpectrogram is how strong each frequency is in frames of a signal, a
// convolution with cosines and sines that are weights
// (keras/src/layers/preprocessing/stft_spectrogram.py).
type STFTSpectrogram struct {
	layers.Common
	Mode        string `keras:"mode"`
	FrameLength int    `keras:"frame_length"`
	FrameStep   *int   `keras:"frame_step"`
	FFTLength   *int   `keras:"fft_length"`
	// Window, Periodic and Scaling say what the weights of a new layer are.
	Window     any    `keras:"window"`
	Periodic   bool   `keras:"periodic"`
	Scaling    any    `keras:"scaling"`
	Padding    string `keras:"padding"`
	ExpandDims bool   `keras:"expand_dims"`
	DataFormat string `keras:"data_format"`
}

// Validate implements Validator.
func (l *STFTSpectrogram) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	switch l.Mode {
	case "log", "magnitude", "psd", "real", "imag", "angle", "stft":
	default:
		d.Broken("mode must be log, magnitude, psd, real, imag, angle or stft, received %q", l.Mode)
	}
	if l.FrameLength < 1 || l.FrameLength > 1<<24 {
		d.Broken("frame_length must be between 1 and %d, received %d", 1<<24, l.FrameLength)
	}
	if s := l.FrameStep; s != nil && (*s < 1 || *s > l.FrameLength) || s == nil && l.FrameLength < 2 {
		d.Broken("frame_step must be between 1 and frame_length")
	}
	if n := l.FFTLength; n != nil && (*n < l.FrameLength || *n > 1<<24) {
		d.Broken("fft_length must be between frame_length and %d, received %d", 1<<24, *n)
	}
	if l.Padding != "valid" && l.Padding != "same" {
		d.Broken("padding must be valid or same, received %q", l.Padding)
	}
}

// bins is the number of frequencies.
func (l *STFTSpectrogram) bins() int {
	if l.FFTLength != nil {
		return *l.FFTLength/2 + 1
	}
	n := 1
	for n < l.FrameLength {
		n *= 2
	}
	return n/2 + 1
}

// Build implements Layer.
func (l *STFTSpectrogram) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 3, 3); err != nil {
		return nil, err
	}
	axis := 2
	if l.DataFormat == "channels_first" {
		axis = 1
	}
	if in[0][axis] < 1 {
		return nil, &runtime.ShapeError{What: "input", Wanted: "a known number of channels", Received: in[0].String()}
	}
	var w []layers.Weight
	for _, part := range []string{"real", "imag"} {
		if l.Mode == "real" && part == "imag" || l.Mode == "imag" && part == "real" {
			continue
		}
		w = append(w, layers.Weight{Name: part + "_kernel", Shape: runtime.Shape{l.FrameLength, 1, l.bins()}, Trainable: true,
			Initializer: layers.Initializer{Class: "STFTInitializer"}})
	}
	return w, nil
}

// least is keras.config.epsilon.
const least = 1e-7

// Call implements Layer.
func (l *STFTSpectrogram) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if x.DType != runtime.Float32 {
		return nil, &runtime.ShapeError{What: "input", Wanted: "floats", Received: x.Type.String()}
	}
	if l.DataFormat != "channels_first" {
		x = c.Transpose(x, 0, 2, 1)
	}
	switch l.Mode {
	case "real", "imag":
		return layers.One(l.arranged(c, l.part(c, x, l.Mode)))
	}
	re, im := l.part(c, x, "real"), l.part(c, x, "imag")
	switch l.Mode {
	case "angle":
		return layers.One(l.arranged(c, c.Pairwise("arctan2", im, re)))
	case "stft":
		return layers.One(l.arranged(c, c.Concat(3, re, im)))
	}
	power := c.Add(c.Square(re), c.Square(im))
	if l.Mode == "psd" { // both sides of the spectrum but for its ends
		between := c.Slice(power, runtime.Whole, runtime.Whole, runtime.Whole, runtime.Range{From: 1, To: -1, Step: 1})
		return layers.One(l.arranged(c, c.Add(power, c.Pad(between, []int{0, 0, 0, 1}, []int{0, 0, 0, 1}, 0))))
	}
	y := l.arranged(c, c.Sqrt(c.Maximum(power, c.Scalar(least))))
	if l.Mode == "log" {
		y = c.Log(c.Maximum(y, c.Scalar(least)))
	}
	return layers.One(y)
}

// part convolves every channel of (batch, channels, time) by itself, to (batch,
// channels, frames, frequencies).
func (l *STFTSpectrogram) part(c *layers.Call, x *runtime.Value, name string) *runtime.Value {
	step := l.FrameLength / 2
	if l.FrameStep != nil {
		step = *l.FrameStep
	}
	w := runtime.Window{Strides: []int{step}}
	if l.Padding == "same" {
		w.Padding = runtime.Same
	}
	channels := x.Shape[1]
	parts := make([]*runtime.Value, channels)
	for i := range channels { // each keeps the batch in front
		one := c.Slice(x, runtime.Whole, runtime.Range{From: i, To: i + 1, Step: 1})
		parts[i] = c.ExpandDims(c.Conv(c.Transpose(one, 0, 2, 1), c.Weight(name+"_kernel"), w, 1), 1)
	}
	return c.Concat(1, parts...)
}

// arranged brings (batch, channels, frames, frequencies) into the layer's order.
func (l *STFTSpectrogram) arranged(c *layers.Call, y *runtime.Value) *runtime.Value {
	if c.Err() != nil {
		return y
	}
	channels, bins := y.Shape[1], y.Shape[3]
	first := l.DataFormat == "channels_first"
	switch {
	case l.ExpandDims && first:
		return y
	case l.ExpandDims:
		return c.Transpose(y, 0, 2, 3, 1)
	case first:
		return c.Reshape(c.Transpose(y, 0, 1, 3, 2), runtime.CopyAxis(0), channels*bins, runtime.CopyAxis(3))
	}
	return c.Reshape(c.Transpose(y, 0, 2, 1, 3), runtime.CopyAxis(0), runtime.CopyAxis(1), channels*bins)
}
