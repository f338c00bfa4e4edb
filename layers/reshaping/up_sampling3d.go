package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("UpSampling3D", func() layers.Layer { return &UpSampling3D{newBaseUpSampling(3)} })
}

// UpSampling3D makes three spatial axes larger by whole factors
// (keras/src/layers/reshaping/up_sampling3d.py).
type UpSampling3D struct{ baseUpSampling }
