package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("GlobalMaxPooling2D", func() layers.Layer { return &GlobalMaxPooling2D{newGlobalMaxPooling(2)} }, "GlobalMaxPool2D")
}

// GlobalMaxPooling2D takes the largest value over two spatial axes
// (keras/src/layers/pooling/global_max_pooling2d.py).
type GlobalMaxPooling2D struct{ baseGlobalPooling }
