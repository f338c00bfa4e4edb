package preprocessing

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("RandomCrop", func() layers.Layer { return &RandomCrop{imageSize: newImageSize()} })
}

// RandomCrop takes a part of images in training, which is refused here. In
// inference Keras 3 leaves images alone, and Keras 2 resizes them
// (keras/src/layers/preprocessing/image_preprocessing/random_crop.py).
type RandomCrop struct {
	imageSize
	Seed any `keras:"seed"`

	// Keras2Resize asks for the inference of Keras 2. Package keras sets it.
	Keras2Resize bool `keras:"keras2_resize"`
}

// Call implements Layer.
func (l *RandomCrop) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if c.Training {
		return nil, fmt.Errorf("%s is not done in training: train a model without it on augmented data", l.Class)
	}
	if !l.Keras2Resize {
		return layers.One(in[0].Value)
	}
	return layers.One(layers.EachImage(c, &l.Spatial, in[0].Value, func(x *runtime.Value) *runtime.Value {
		return l.resized(c, x, layers.ImageSize{Method: runtime.Bilinear, Crop: true})
	}))
}
