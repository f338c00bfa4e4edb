package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("DepthwiseConv1D", func() layers.Layer { return &DepthwiseConv1D{newBaseDepthwiseConv(1)} })
}

// DepthwiseConv1D convolves each channel by itself over one spatial axis
// (keras/src/layers/convolutional/depthwise_conv1d.py).
type DepthwiseConv1D struct{ baseDepthwiseConv }
