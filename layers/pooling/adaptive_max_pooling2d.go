package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AdaptiveMaxPooling2D", func() layers.Layer { return &AdaptiveMaxPooling2D{newAdaptiveMaxPooling(2)} })
}

// AdaptiveMaxPooling2D takes the largest value of each of a fixed number of windows over two spatial axes
// (keras/src/layers/pooling/adaptive_max_pooling2d.py).
type AdaptiveMaxPooling2D struct{ baseAdaptivePooling }
