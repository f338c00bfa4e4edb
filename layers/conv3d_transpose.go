package layers

func init() {
	register(func() Layer { return &Conv3DTranspose{newBaseConvTranspose(3)} }, "Conv3DTranspose", "Convolution3DTranspose")
}

// Conv3DTranspose is the transposed convolution over three spatial axes
// (keras/src/layers/convolutional/conv3d_transpose.py).
type Conv3DTranspose struct{ baseConvTranspose }
