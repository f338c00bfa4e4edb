package activations

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("ReLU", func() layers.Layer { return &ReLU{} })
}

// ReLU is max(x, 0) with a ceiling, a slope below and a threshold
// (keras/src/layers/activations/relu.py).
type ReLU struct {
	layers.Common
	MaxValue      *float64 `keras:"max_value"`
	NegativeSlope float64  `keras:"negative_slope"`
	Threshold     float64  `keras:"threshold"`
}

// Validate implements Validator.
func (l *ReLU) Validate(d *layers.Decoder) {
	if l.MaxValue != nil && *l.MaxValue < 0 {
		d.Broken("max_value must be >= 0, received %v", *l.MaxValue)
	}
	if l.NegativeSlope < 0 {
		d.Broken("negative_slope must be >= 0, received %v", l.NegativeSlope)
	}
	if l.Threshold < 0 {
		d.Broken("threshold must be >= 0, received %v", l.Threshold)
	}
}

// Call implements Layer.
func (l *ReLU) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if layers.IsInteger(in[0].DType) && l.NegativeSlope == 0 && l.Threshold == 0 {
		most := math.Inf(1)
		if l.MaxValue != nil {
			most = *l.MaxValue
		}
		return layers.Keep(in[0], layers.ClipIntegers(c.Builder, in[0].Value, 0, float32(most)))
	}
	return layers.Keep(in[0], relu(c.Builder, in[0].Value, l.NegativeSlope, l.MaxValue, l.Threshold))
}

// relu follows activations.relu step by step, so that values and derivatives at
// the corners are Keras': x equal to the threshold gives 0, and a ceiling of 6
// has derivative 0 where another ceiling has 1.
func relu(b *runtime.Builder, x *runtime.Value, slope float64, most *float64, threshold float64) *runtime.Value {
	if slope != 0 && most == nil && threshold == 0 {
		return b.LeakyRelu(x, float32(slope))
	}
	var y *runtime.Value
	switch {
	case threshold != 0:
		y = b.Select(b.Greater(x, b.Scalar(float32(threshold))), x, b.Scalar(0))
	case most != nil && *most == 6:
		y = b.Clamp(x, 0, 6)
	default:
		y = b.Relu(x)
	}
	if most != nil && (threshold != 0 || *most != 6) {
		y = b.ClipByValue(y, 0, float32(*most))
	}
	if slope != 0 {
		below := b.Relu(b.Sub(b.Scalar(float32(threshold)), x))
		y = b.Sub(y, b.Mul(below, b.Scalar(float32(slope))))
	}
	return y
}
