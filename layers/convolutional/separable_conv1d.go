package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("SeparableConv1D", func() layers.Layer { return &SeparableConv1D{newBaseSeparableConv(1)} }, "SeparableConvolution1D")
}

// SeparableConv1D convolves each channel by itself over one spatial axis, then mixes the channels
// (keras/src/layers/convolutional/separable_conv1d.py).
type SeparableConv1D struct{ baseSeparableConv }
