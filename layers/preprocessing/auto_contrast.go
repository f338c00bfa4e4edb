package preprocessing

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("AutoContrast", func() layers.Layer { return &AutoContrast{valueRange: newValueRange()} })
}

// AutoContrast stretches each channel of an image over the whole range of values,
// in inference too; a channel of one value stays as it is
// (keras/src/layers/preprocessing/image_preprocessing/auto_contrast.py).
type AutoContrast struct {
	layers.Common
	valueRange
	boxes
	DataFormat string `keras:"data_format"` // axes 1 and 2 are a channel's whatever it is
}

// boxes is an option of layers that can vary bounding boxes too, which no tensor
// that a model has is.
type boxes struct {
	BoundingBoxFormat any `keras:"bounding_box_format"`
}

// Validate implements Validator.
func (l *AutoContrast) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.check(d)
	slices.Sort(l.ValueRange)
}

// Build implements Layer.
func (l *AutoContrast) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	return nil, layers.WantRank(in[0], 4, 4)
}

// Call implements Layer.
func (l *AutoContrast) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	given := c.Cast(in[0].Value, runtime.Float32)
	x := l.toBytes(c, given)
	low, high := c.Min(x, []int{1, 2}, true), c.Max(x, []int{1, 2}, true)
	scale := c.Div(c.Scalar(255), c.Sub(high, low))
	y := c.ClipByValue(c.Add(c.Mul(x, scale), c.Mul(c.Neg(low), scale)), 0, 255)
	y = l.fromBytes(c, y)
	return layers.One(c.Select(c.NotEqual(y, y), c.BroadcastTo(given, y), y))
}
