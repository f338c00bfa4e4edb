package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AdaptiveMaxPooling1D", func() layers.Layer { return &AdaptiveMaxPooling1D{newAdaptiveMaxPooling(1)} })
}

// AdaptiveMaxPooling1D takes the largest value of each of a fixed number of windows over one spatial axis
// (keras/src/layers/pooling/adaptive_max_pooling1d.py).
type AdaptiveMaxPooling1D struct{ baseAdaptivePooling }
