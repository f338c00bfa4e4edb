package convolutional

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Conv1D", func() layers.Layer { return &Conv1D{newBaseConv(1)} }, "Convolution1D")
}

// Conv1D convolves over one spatial axis
// (keras/src/layers/convolutional/conv1d.py).
type Conv1D struct{ baseConv }
