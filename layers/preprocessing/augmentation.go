package preprocessing

import (
	"errors"

	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	for _, name := range []string{
		"RandomBrightness", "RandomContrast", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom",
	} {
		layers.RegisterKeras(name, func() layers.Layer { return &Augmentation{} })
	}
}

// Augmentation is a layer that varies images at random in training and leaves
// them alone in inference
// (keras/src/layers/preprocessing/image_preprocessing). Training with it is
// refused: augment the data instead.
type Augmentation struct {
	layers.Common
	options map[string]any // for training, which is not done
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
	return layers.One(in[0].Value)
}
