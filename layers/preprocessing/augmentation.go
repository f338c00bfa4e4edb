package preprocessing

import (
	"errors"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// augmentations lists the layers that vary images at random in training and leave
// them alone in inference, and whether they make floats of integers. RandomHeight
// and RandomWidth are Keras 2's.
var augmentations = map[string]bool{
	"AugMix": true, "CutMix": true, "MaxNumBoundingBoxes": false, "MixUp": false, "RandAugment": true,
	"RandomBrightness": false, "RandomColorDegeneration": false, "RandomColorJitter": false, "RandomContrast": false,
	"RandomElasticTransform": true, "RandomErasing": true, "RandomFlip": true, "RandomGaussianBlur": true,
	"RandomGrayscale": false, "RandomHeight": true, "RandomHue": false, "RandomInvert": false, "RandomPerspective": true,
	"RandomPosterization": false, "RandomRotation": true, "RandomSaturation": false, "RandomSharpness": true,
	"RandomShear": true, "RandomTranslation": true, "RandomWidth": true, "RandomZoom": true, "Solarization": true,
}

func init() {
	for name, floats := range augmentations {
		layers.RegisterKeras(name, func() layers.Layer { return &Augmentation{floats: floats} })
	}
}

// Augmentation is a layer that varies images at random in training and leaves
// them alone in inference
// (keras/src/layers/preprocessing/image_preprocessing). Training with it is
// refused: augment the data instead.
type Augmentation struct {
	layers.Common
	options map[string]any // for training, which is not done
	floats  bool           // of integers, too
}

// Configure implements Configurer.
func (l *Augmentation) Configure(d *layers.Decoder, config map[string]any) {
	own := map[string]any{}
	l.options = map[string]any{}
	for k, v := range config {
		switch k {
		case "name", "trainable", "dtype":
			own[k] = v
		default:
			l.options[k] = v
		}
	}
	d.Struct(own, &l.Common)
}

// Call implements Layer.
func (l *Augmentation) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if c.Training {
		return nil, errors.New(l.Class + " is not done in training: train a model without it on augmented data")
	}
	if l.floats {
		return layers.One(c.Cast(in[0].Value, runtime.Float32))
	}
	return layers.One(in[0].Value)
}
