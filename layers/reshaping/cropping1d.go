package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Cropping1D", func() layers.Layer { return &Cropping1D{newBaseCropping(1, 1)} })
}

// Cropping1D cuts off the margins of one spatial axis
// (keras/src/layers/reshaping/cropping1d.py).
type Cropping1D struct{ baseCropping }
