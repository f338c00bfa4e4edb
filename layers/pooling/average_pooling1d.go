package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AveragePooling1D", func() layers.Layer { return &AveragePooling1D{newAveragePooling(1)} }, "AvgPool1D")
}

// AveragePooling1D takes the mean of each window over one spatial axis; padding does not count
// (keras/src/layers/pooling/average_pooling1d.py).
type AveragePooling1D struct{ basePooling }
