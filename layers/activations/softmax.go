package activations

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Softmax", func() layers.Layer { return &Softmax{Axis: []int{-1}} })
}

// Softmax is e^x divided by its sum over the axes; masked places do not count
// and become 0 (keras/src/layers/activations/softmax.py).
type Softmax struct {
	layers.Common
	Axis []int `keras:"axis"`

	// Keras2Masks asks for the masked softmax of Keras 2. Package keras sets it.
	Keras2Masks bool `keras:"keras2_masks"`

	// IgnoresMask leaves the mask out of the sum and passes it on, as before
	// TensorFlow 2.4. Package keras sets it.
	IgnoresMask bool `keras:"ignores_mask"`
}

// Validate implements Validator.
func (l *Softmax) Validate(d *layers.Decoder) {
	if len(l.Axis) == 0 {
		d.Broken("axis must name an axis, received none")
	}
}

// MaskPlace implements layers.MaskPlacer.
func (l *Softmax) MaskPlace() int { return 1 }

// Call implements Layer.
func (l *Softmax) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x, mask := in[0].Value, in[0].Mask
	if l.IgnoresMask {
		return layers.Keep(in[0], c.MaskedSoftmax(x, nil, l.Axis, false))
	}
	t := layers.Tensor{Value: c.MaskedSoftmax(x, mask, l.Axis, l.Keras2Masks), Mask: mask}
	if mask == nil && len(l.Axis) == 1 {
		t.Logits = x
	}
	return []layers.Tensor{t}, nil
}
