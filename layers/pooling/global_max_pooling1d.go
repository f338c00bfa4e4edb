package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("GlobalMaxPooling1D", func() layers.Layer { return &GlobalMaxPooling1D{newGlobalMaxPooling(1)} }, "GlobalMaxPool1D")
}

// GlobalMaxPooling1D takes the largest value over one spatial axis
// (keras/src/layers/pooling/global_max_pooling1d.py).
type GlobalMaxPooling1D struct{ baseGlobalPooling }
