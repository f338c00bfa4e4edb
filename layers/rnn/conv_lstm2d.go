package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ConvLSTM2D", func() layers.Layer { return &ConvLSTM2D{*newConvLSTM(2)} })
}

// ConvLSTM2D is a ConvLSTM over sequences with two spatial axes
// (keras/src/layers/rnn/conv_lstm2d.py).
type ConvLSTM2D struct{ ConvLSTM }
