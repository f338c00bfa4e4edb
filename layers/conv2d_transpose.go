package layers

func init() {
	register(func() Layer { return &Conv2DTranspose{newBaseConvTranspose(2)} }, "Conv2DTranspose", "Convolution2DTranspose")
}

// Conv2DTranspose is the transposed convolution over two spatial axes
// (keras/src/layers/convolutional/conv2d_transpose.py).
type Conv2DTranspose struct{ baseConvTranspose }
