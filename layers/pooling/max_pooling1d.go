package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("MaxPooling1D", func() layers.Layer { return &MaxPooling1D{newMaxPooling(1)} }, "MaxPool1D")
}

// MaxPooling1D takes the largest value of each window over one spatial axis
// (keras/src/layers/pooling/max_pooling1d.py).
type MaxPooling1D struct{ basePooling }
