package layers

func init() {
	register(func() Layer { return &Conv2D{newBaseConv(2)} }, "Conv2D", "Convolution2D")
}

// Conv2D convolves over two spatial axes
// (keras/src/layers/convolutional/conv2d.py).
type Conv2D struct{ baseConv }
