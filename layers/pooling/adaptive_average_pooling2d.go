package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AdaptiveAveragePooling2D", func() layers.Layer { return &AdaptiveAveragePooling2D{newAdaptiveAveragePooling(2)} })
}

// AdaptiveAveragePooling2D takes the mean of each of a fixed number of windows over two spatial axes
// (keras/src/layers/pooling/adaptive_average_pooling2d.py).
type AdaptiveAveragePooling2D struct{ baseAdaptivePooling }
