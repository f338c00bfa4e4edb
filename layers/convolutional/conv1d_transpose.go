package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Conv1DTranspose", func() layers.Layer { return &Conv1DTranspose{newBaseConvTranspose(1)} }, "Convolution1DTranspose")
}

// Conv1DTranspose is the transposed convolution over one spatial axis
// (keras/src/layers/convolutional/conv1d_transpose.py).
type Conv1DTranspose struct{ baseConvTranspose }
