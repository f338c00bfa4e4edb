package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ConvLSTM1D", func() layers.Layer { return &ConvLSTM1D{*newConvLSTM(1)} })
}

// ConvLSTM1D is a ConvLSTM over sequences with one spatial axis
// (keras/src/layers/rnn/conv_lstm1d.py).
type ConvLSTM1D struct{ ConvLSTM }
