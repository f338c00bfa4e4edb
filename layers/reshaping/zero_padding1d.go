package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ZeroPadding1D", func() layers.Layer { return &ZeroPadding1D{newBaseZeroPadding(1)} })
}

// ZeroPadding1D adds zeros around one spatial axis
// (keras/src/layers/reshaping/zero_padding1d.py).
type ZeroPadding1D struct{ baseZeroPadding }
