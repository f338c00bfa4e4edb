package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ZeroPadding3D", func() layers.Layer { return &ZeroPadding3D{newBaseZeroPadding(3)} })
}

// ZeroPadding3D adds zeros around three spatial axes
// (keras/src/layers/reshaping/zero_padding3d.py).
type ZeroPadding3D struct{ baseZeroPadding }
