package layers

func init() {
	register(func() Layer { return &Conv1DTranspose{newBaseConvTranspose(1)} }, "Conv1DTranspose", "Convolution1DTranspose")
}

// Conv1DTranspose is the transposed convolution over one spatial axis
// (keras/src/layers/convolutional/conv1d_transpose.py).
type Conv1DTranspose struct{ baseConvTranspose }
