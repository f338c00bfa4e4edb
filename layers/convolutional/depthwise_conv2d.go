package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("DepthwiseConv2D", func() layers.Layer { return &DepthwiseConv2D{newBaseDepthwiseConv(2)} })
}

// DepthwiseConv2D convolves each channel by itself over two spatial axes
// (keras/src/layers/convolutional/depthwise_conv2d.py).
type DepthwiseConv2D struct{ baseDepthwiseConv }
