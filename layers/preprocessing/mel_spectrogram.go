package preprocessing

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("MelSpectrogram", func() layers.Layer {
		hann := "hann"
		return &MelSpectrogram{FFTLength: 2048, SequenceStride: 512, Window: &hann, SamplingRate: 16000, NumMelBins: 128, MinFreq: 20,
			PowerToDB: true, TopDB: 80, MagExp: 2, MinPower: 1e-10, RefPower: 1}
	})
}

// MelSpectrogram is how strong the bands of the mel scale are in frames of a signal,
// in decibels at most top_db below the loudest of the whole batch
// (keras/src/layers/preprocessing/mel_spectrogram.py).
type MelSpectrogram struct {
	layers.Common
	FFTLength      int     `keras:"fft_length"`
	SequenceStride int     `keras:"sequence_stride"`
	SequenceLength *int    `keras:"sequence_length"`
	Window         *string `keras:"window"`
	SamplingRate   float64 `keras:"sampling_rate"`
	NumMelBins     int     `keras:"num_mel_bins"`
	MinFreq        float64 `keras:"min_freq"`
	MaxFreq        float64 `keras:"max_freq"`
	PowerToDB      bool    `keras:"power_to_db"`
	TopDB          float64 `keras:"top_db"`
	MagExp         float64 `keras:"mag_exp"`
	MinPower       float64 `keras:"min_power"`
	RefPower       float64 `keras:"ref_power"`
}

// mostFrames bounds the frames of a signal: each is an operation of the graph.
const mostFrames = 1 << 13

// Validate implements Validator.
func (l *MelSpectrogram) Validate(d *layers.Decoder) {
	if l.SequenceLength == nil || *l.SequenceLength == 0 {
		l.SequenceLength = &l.FFTLength
	}
	if l.MaxFreq == 0 {
		l.MaxFreq = math.Trunc(l.SamplingRate / 2)
	}
	switch {
	case l.FFTLength < 2 || l.FFTLength > 1<<20:
		d.Broken("fft_length must be between 2 and %d, received %d", 1<<20, l.FFTLength)
	case *l.SequenceLength < 1 || *l.SequenceLength > l.FFTLength:
		d.Broken("sequence_length must be between 1 and fft_length, received %d", *l.SequenceLength)
	case l.SequenceStride < 1 || l.SequenceStride > 1<<30:
		d.Broken("sequence_stride must be >= 1, received %d", l.SequenceStride)
	case l.NumMelBins < 1 || l.NumMelBins > 1<<16:
		d.Broken("num_mel_bins must be between 1 and %d, received %d", 1<<16, l.NumMelBins)
	case l.NumMelBins*l.FFTLength > 1<<26:
		d.Broken("num_mel_bins and fft_length must make a matrix of at most %d numbers, received %d and %d", 1<<26, l.NumMelBins, l.FFTLength)
	}
	if l.Window != nil && *l.Window != "hann" && *l.Window != "hamming" {
		d.Unsupported("window=%q", *l.Window)
	}
}

// Build implements Layer.
func (l *MelSpectrogram) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 2, 2); err != nil {
		return nil, err
	}
	if n := in[0][1]; n <= l.FFTLength/2 || n/l.SequenceStride > mostFrames {
		return nil, &runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("a known length above %d, of at most %d frames", l.FFTLength/2, mostFrames), Received: in[0].String()}
	}
	return nil, nil
}

// Call implements Layer.
func (l *MelSpectrogram) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	frames := l.frames(c, c.Cast(in[0].Value, runtime.Float32))
	re, im := c.FFT(frames, c.ZerosLike(frames), false)
	bins := l.FFTLength/2 + 1
	power := c.Add(c.Square(c.SliceLast(re, 0, bins)), c.Square(c.SliceLast(im, 0, bins)))
	if l.MagExp != 2 {
		power = c.Pow(c.Sqrt(power), c.Scalar(float32(l.MagExp)))
	}
	matrix, err := runtime.TensorOf(l.matrix(bins), bins, l.NumMelBins)
	if err != nil {
		return nil, err
	}
	y := c.MatMul(power, c.Constant(matrix))
	if l.PowerToDB {
		decibels := func(v *runtime.Value) *runtime.Value { return c.Mul(c.Log(v), c.Scalar(10*math.Log10E)) }
		y = decibels(c.Maximum(y, c.Scalar(float32(l.MinPower))))
		y = c.Sub(y, c.Scalar(float32(10*math.Log10(max(math.Abs(l.RefPower), l.MinPower)))))
		y = c.Maximum(y, c.Sub(c.Max(y, nil, false), c.Scalar(float32(l.TopDB))))
	}
	return layers.One(c.Transpose(y, 0, 2, 1))
}

// frames cuts the signal, mirrored at its ends, into windows: (batch, frames, fft).
func (l *MelSpectrogram) frames(c *layers.Call, x *runtime.Value) *runtime.Value {
	half, n := l.FFTLength/2, x.Shape[1]
	back := func(from, to int) *runtime.Value { // from down to to, both of them
		end := to - 1
		if to == 0 {
			end = runtime.End
		}
		return c.Slice(x, runtime.Whole, runtime.Range{From: from, To: end, Step: -1})
	}
	x = c.Concat(1, back(half, 1), x, back(n-2, n-1-half))
	count := (n+2*half-l.FFTLength)/l.SequenceStride + 1
	parts := make([]*runtime.Value, count)
	for i := range parts {
		parts[i] = c.ExpandDims(c.SliceLast(x, i*l.SequenceStride, i*l.SequenceStride+l.FFTLength), 1)
	}
	y := c.Concat(1, parts...)
	if l.Window == nil {
		return y
	}
	return c.Mul(y, c.Floats(l.window()...))
}

// window is the periodic window in the middle of fft_length.
func (l *MelSpectrogram) window() []float32 {
	w := make([]float32, l.FFTLength)
	n := *l.SequenceLength
	a := 0.5
	if *l.Window == "hamming" {
		a = 0.54
	}
	for i := range n {
		w[(l.FFTLength-n)/2+i] = float32(a - (1-a)*math.Cos(2*math.Pi*float64(i)/float64(n)))
	}
	return w
}

// matrix has a column for each band: a triangle over the frequencies, in the mel
// scale of the Hidden Markov Model Toolkit. It is computed in float32 as Keras does.
func (l *MelSpectrogram) matrix(bins int) []float32 {
	mel := func(hertz float32) float32 { return 1127 * float32(math.Log(float64(1+hertz/700))) }
	spread := func(from, to float32, i, n int) float32 {
		if i == n-1 {
			return to
		}
		return from + (to-from)/float32(n-1)*float32(i)
	}
	low, high := mel(float32(l.MinFreq)), mel(float32(l.MaxFreq))
	m := make([]float32, bins*l.NumMelBins)
	for b := 1; b < bins; b++ {
		at := mel(spread(0, float32(l.SamplingRate)/2, b, bins))
		for k := range l.NumMelBins {
			left, center, right := spread(low, high, k, l.NumMelBins+2), spread(low, high, k+1, l.NumMelBins+2), spread(low, high, k+2, l.NumMelBins+2)
			m[b*l.NumMelBins+k] = max(0, min((at-left)/(center-left), (right-at)/(right-center)))
		}
	}
	return m
}
