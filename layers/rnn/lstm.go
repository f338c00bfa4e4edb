package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("LSTM", func() layers.Layer { return &LSTM{lstm: newLSTM()} })
}

// LSTM is a long short-term memory over axis 1 (keras/src/layers/rnn/lstm.py).
type LSTM struct {
	layers.Common
	recurrent
	lstm
}

func (l *LSTM) recurrence() recurrence { return &l.lstm }

// Build implements Layer.
func (l *LSTM) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.build(in, &l.lstm, "lstm_cell")
}

// Call implements Layer.
func (l *LSTM) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.call(c, in, &l.lstm, false)
}
