package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Cropping2D", func() layers.Layer { return &Cropping2D{newBaseCropping(2, 0)} })
}

// Cropping2D cuts off the margins of two spatial axes
// (keras/src/layers/reshaping/cropping2d.py).
type Cropping2D struct{ baseCropping }
