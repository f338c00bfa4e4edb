package layers

import "github.com/kerasrun/kerasrun/runtime"

var interpolations = map[string]runtime.Interpolation{
	"nearest": runtime.Nearest, "bilinear": runtime.Bilinear, "bicubic": runtime.Bicubic,
	"bilinear_from_0": runtime.BilinearFrom0, // of Keras 2 before tf.keras
	"lanczos3":        runtime.Lanczos3, "lanczos5": runtime.Lanczos5,
}

// InterpolationNamed returns the method that Keras calls so.
func InterpolationNamed(name string) (runtime.Interpolation, bool) {
	m, ok := interpolations[name]
	return m, ok
}
