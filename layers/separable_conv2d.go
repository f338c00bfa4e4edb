package layers

func init() {
	register(func() Layer { return &SeparableConv2D{newBaseSeparableConv(2)} }, "SeparableConv2D", "SeparableConvolution2D")
}

// SeparableConv2D convolves each channel by itself over two spatial axes, then mixes the channels
// (keras/src/layers/convolutional/separable_conv2d.py).
type SeparableConv2D struct{ baseSeparableConv }
