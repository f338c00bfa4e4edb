package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer {
		return &UpSampling2D{baseUpSampling: newBaseUpSampling(2), Interpolation: "nearest"}
	}, "UpSampling2D")
}

// UpSampling2D makes two spatial axes larger by whole factors
// (keras/src/layers/reshaping/up_sampling2d.py).
type UpSampling2D struct {
	baseUpSampling
	Interpolation string `keras:"interpolation"`
}

// interpolations maps Keras' names to the runtime's methods.
var interpolations = map[string]runtime.Interpolation{
	"nearest": runtime.Nearest, "bilinear": runtime.Bilinear, "bicubic": runtime.Bicubic,
	"lanczos3": runtime.Lanczos3, "lanczos5": runtime.Lanczos5,
}

// Validate implements validator.
func (l *UpSampling2D) Validate(d *Decoder) {
	l.baseUpSampling.Validate(d)
	var ok bool
	if l.method, ok = interpolations[l.Interpolation]; !ok {
		d.Unsupported("interpolation %q", l.Interpolation)
	}
}
