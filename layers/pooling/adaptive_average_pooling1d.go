package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AdaptiveAveragePooling1D", func() layers.Layer { return &AdaptiveAveragePooling1D{newAdaptiveAveragePooling(1)} })
}

// AdaptiveAveragePooling1D takes the mean of each of a fixed number of windows over one spatial axis
// (keras/src/layers/pooling/adaptive_average_pooling1d.py).
type AdaptiveAveragePooling1D struct{ baseAdaptivePooling }
