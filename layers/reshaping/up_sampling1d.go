package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("UpSampling1D", func() layers.Layer { return &UpSampling1D{newBaseUpSampling(1)} })
}

// UpSampling1D makes one spatial axis larger by whole factors
// (keras/src/layers/reshaping/up_sampling1d.py).
type UpSampling1D struct{ baseUpSampling }
