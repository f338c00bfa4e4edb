package layers

func init() {
	register(func() Layer { return &ConvLSTM2D{*newConvLSTM(2)} }, "ConvLSTM2D")
}

// ConvLSTM2D is a ConvLSTM over sequences with two spatial axes
// (keras/src/layers/rnn/conv_lstm2d.py).
type ConvLSTM2D struct{ ConvLSTM }
