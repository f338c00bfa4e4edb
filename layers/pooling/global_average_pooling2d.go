package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("GlobalAveragePooling2D", func() layers.Layer { return &GlobalAveragePooling2D{newGlobalAveragePooling(2)} }, "GlobalAvgPool2D")
}

// GlobalAveragePooling2D takes the mean over two spatial axes
// (keras/src/layers/pooling/global_average_pooling2d.py).
type GlobalAveragePooling2D struct{ globalAverage }
