package layers

func init() {
	register(func() Layer { return &ConvLSTM1D{*newConvLSTM(1)} }, "ConvLSTM1D")
}

// ConvLSTM1D is a ConvLSTM over sequences with one spatial axis
// (keras/src/layers/rnn/conv_lstm1d.py).
type ConvLSTM1D struct{ ConvLSTM }
