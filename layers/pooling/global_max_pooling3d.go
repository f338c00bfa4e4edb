package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("GlobalMaxPooling3D", func() layers.Layer { return &GlobalMaxPooling3D{newGlobalMaxPooling(3)} }, "GlobalMaxPool3D")
}

// GlobalMaxPooling3D takes the largest value over three spatial axes
// (keras/src/layers/pooling/global_max_pooling3d.py).
type GlobalMaxPooling3D struct{ baseGlobalPooling }
