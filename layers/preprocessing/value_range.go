package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// valueRange is what layers have that look at the values of pixels
// (keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py).
type valueRange struct {
	ValueRange []float64 `keras:"value_range"`
}

func newValueRange() valueRange { return valueRange{ValueRange: []float64{0, 255}} }

func (r *valueRange) check(d *layers.Decoder) {
	if len(r.ValueRange) != 2 {
		d.Broken("value_range must have two numbers, received %d", len(r.ValueRange))
	}
}

// toBytes brings pixels from the range into that of bytes, 0 to 255.
func (r *valueRange) toBytes(c *layers.Call, x *runtime.Value) *runtime.Value {
	lo, hi := float32(r.ValueRange[0]), float32(r.ValueRange[1])
	if lo == 0 && hi == 255 {
		return x
	}
	x = c.Div(c.Sub(x, c.Scalar(lo)), c.Scalar(hi-lo))
	return c.Mul(x, c.Scalar(255))
}

// fromBytes undoes toBytes.
func (r *valueRange) fromBytes(c *layers.Call, x *runtime.Value) *runtime.Value {
	lo, hi := float32(r.ValueRange[0]), float32(r.ValueRange[1])
	if lo == 0 && hi == 255 {
		return x
	}
	return c.Add(c.Mul(c.Div(x, c.Scalar(255)), c.Scalar(hi-lo)), c.Scalar(lo))
}
