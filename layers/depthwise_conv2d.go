package layers

func init() {
	register(func() Layer { return &DepthwiseConv2D{newBaseDepthwiseConv(2)} }, "DepthwiseConv2D")
}

// DepthwiseConv2D convolves each channel by itself over two spatial axes
// (keras/src/layers/convolutional/depthwise_conv2d.py).
type DepthwiseConv2D struct{ baseDepthwiseConv }
