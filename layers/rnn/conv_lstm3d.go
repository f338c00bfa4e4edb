package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ConvLSTM3D", func() layers.Layer { return &ConvLSTM3D{*newConvLSTM(3)} })
}

// ConvLSTM3D is a ConvLSTM over sequences with three spatial axes
// (keras/src/layers/rnn/conv_lstm3d.py).
type ConvLSTM3D struct{ ConvLSTM }
