package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Conv3DTranspose", func() layers.Layer { return &Conv3DTranspose{newBaseConvTranspose(3)} }, "Convolution3DTranspose")
}

// Conv3DTranspose is the transposed convolution over three spatial axes
// (keras/src/layers/convolutional/conv3d_transpose.py).
type Conv3DTranspose struct{ baseConvTranspose }
