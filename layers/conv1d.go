package layers

func init() {
	register(func() Layer { return &Conv1D{newBaseConv(1)} }, "Conv1D", "Convolution1D")
}

// Conv1D convolves over one spatial axis
// (keras/src/layers/convolutional/conv1d.py).
type Conv1D struct{ baseConv }
