package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ZeroPadding2D", func() layers.Layer { return &ZeroPadding2D{newBaseZeroPadding(2)} })
}

// ZeroPadding2D adds zeros around two spatial axes
// (keras/src/layers/reshaping/zero_padding2d.py).
type ZeroPadding2D struct{ baseZeroPadding }
