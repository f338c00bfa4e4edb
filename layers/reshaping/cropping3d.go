package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Cropping3D", func() layers.Layer { return &Cropping3D{newBaseCropping(3, 1)} })
}

// Cropping3D cuts off the margins of three spatial axes
// (keras/src/layers/reshaping/cropping3d.py).
type Cropping3D struct{ baseCropping }
