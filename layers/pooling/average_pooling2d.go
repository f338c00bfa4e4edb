package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AveragePooling2D", func() layers.Layer { return &AveragePooling2D{newAveragePooling(2)} }, "AvgPool2D")
}

// AveragePooling2D takes the mean of each window over two spatial axes; padding does not count
// (keras/src/layers/pooling/average_pooling2d.py).
type AveragePooling2D struct{ basePooling }
