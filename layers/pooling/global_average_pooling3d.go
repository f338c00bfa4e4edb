package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("GlobalAveragePooling3D", func() layers.Layer { return &GlobalAveragePooling3D{newGlobalAveragePooling(3)} }, "GlobalAvgPool3D")
}

// GlobalAveragePooling3D takes the mean over three spatial axes
// (keras/src/layers/pooling/global_average_pooling3d.py).
type GlobalAveragePooling3D struct{ globalAverage }
