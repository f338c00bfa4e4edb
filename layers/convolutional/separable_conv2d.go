package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("SeparableConv2D", func() layers.Layer { return &SeparableConv2D{newBaseSeparableConv(2)} }, "SeparableConvolution2D")
}

// SeparableConv2D convolves each channel by itself over two spatial axes, then mixes the channels
// (keras/src/layers/convolutional/separable_conv2d.py).
type SeparableConv2D struct{ baseSeparableConv }
