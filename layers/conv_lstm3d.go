package layers

func init() {
	register(func() Layer { return &ConvLSTM3D{*newConvLSTM(3)} }, "ConvLSTM3D")
}

// ConvLSTM3D is a ConvLSTM over sequences with three spatial axes
// (keras/src/layers/rnn/conv_lstm3d.py).
type ConvLSTM3D struct{ ConvLSTM }
