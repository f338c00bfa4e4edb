package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AdaptiveMaxPooling3D", func() layers.Layer { return &AdaptiveMaxPooling3D{newAdaptiveMaxPooling(3)} })
}

// AdaptiveMaxPooling3D takes the largest value of each of a fixed number of windows over three spatial axes
// (keras/src/layers/pooling/adaptive_max_pooling3d.py).
type AdaptiveMaxPooling3D struct{ baseAdaptivePooling }
