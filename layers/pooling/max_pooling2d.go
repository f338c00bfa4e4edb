package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("MaxPooling2D", func() layers.Layer { return &MaxPooling2D{newMaxPooling(2)} }, "MaxPool2D")
}

// MaxPooling2D takes the largest value of each window over two spatial axes
// (keras/src/layers/pooling/max_pooling2d.py).
type MaxPooling2D struct{ basePooling }
