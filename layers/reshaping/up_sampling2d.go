package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("UpSampling2D", func() layers.Layer {
		return &UpSampling2D{baseUpSampling: newBaseUpSampling(2), Interpolation: "nearest"}
	})
}

// UpSampling2D makes two spatial axes larger by whole factors
// (keras/src/layers/reshaping/up_sampling2d.py).
type UpSampling2D struct {
	baseUpSampling
	Interpolation string `keras:"interpolation"`
}

// Validate implements Validator.
func (l *UpSampling2D) Validate(d *layers.Decoder) {
	l.baseUpSampling.Validate(d)
	var ok bool
	if l.method, ok = layers.InterpolationNamed(l.Interpolation); !ok {
		d.Unsupported("interpolation %q", l.Interpolation)
	}
}
