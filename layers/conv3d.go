package layers

func init() {
	register(func() Layer { return &Conv3D{newBaseConv(3)} }, "Conv3D", "Convolution3D")
}

// Conv3D convolves over three spatial axes
// (keras/src/layers/convolutional/conv3d.py).
type Conv3D struct{ baseConv }
