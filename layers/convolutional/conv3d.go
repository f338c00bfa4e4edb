package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Conv3D", func() layers.Layer { return &Conv3D{newBaseConv(3)} }, "Convolution3D")
}

// Conv3D convolves over three spatial axes
// (keras/src/layers/convolutional/conv3d.py).
type Conv3D struct{ baseConv }
