package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("MaxPooling3D", func() layers.Layer { return &MaxPooling3D{newMaxPooling(3)} }, "MaxPool3D")
}

// MaxPooling3D takes the largest value of each window over three spatial axes
// (keras/src/layers/pooling/max_pooling3d.py).
type MaxPooling3D struct{ basePooling }
