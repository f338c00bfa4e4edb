package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Conv2DTranspose", func() layers.Layer { return &Conv2DTranspose{newBaseConvTranspose(2)} }, "Convolution2DTranspose")
}

// Conv2DTranspose is the transposed convolution over two spatial axes
// (keras/src/layers/convolutional/conv2d_transpose.py).
type Conv2DTranspose struct{ baseConvTranspose }
