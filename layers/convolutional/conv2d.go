package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Conv2D", func() layers.Layer { return &Conv2D{newBaseConv(2)} }, "Convolution2D")
}

// Conv2D convolves over two spatial axes
// (keras/src/layers/convolutional/conv2d.py).
type Conv2D struct{ baseConv }
