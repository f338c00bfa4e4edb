package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AdaptiveAveragePooling3D", func() layers.Layer { return &AdaptiveAveragePooling3D{newAdaptiveAveragePooling(3)} })
}

// AdaptiveAveragePooling3D takes the mean of each of a fixed number of windows over three spatial axes
// (keras/src/layers/pooling/adaptive_average_pooling3d.py).
type AdaptiveAveragePooling3D struct{ baseAdaptivePooling }
