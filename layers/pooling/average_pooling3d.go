package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("AveragePooling3D", func() layers.Layer { return &AveragePooling3D{newAveragePooling(3)} }, "AvgPool3D")
}

// AveragePooling3D takes the mean of each window over three spatial axes; padding does not count
// (keras/src/layers/pooling/average_pooling3d.py).
type AveragePooling3D struct{ basePooling }
