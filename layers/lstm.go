package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &LSTM{lstm: newLSTM()} }, "LSTM")
}

// LSTM is a long short-term memory over axis 1 (keras/src/layers/rnn/lstm.py).
type LSTM struct {
	Common
	recurrent
	lstm
}

func (l *LSTM) recurrence() recurrence { return &l.lstm }

// Build implements Layer.
func (l *LSTM) Build(in []runtime.Shape) ([]Weight, error) { return l.build(in, &l.lstm, "lstm_cell") }

// Call implements Layer.
func (l *LSTM) Call(c *Call, in []Tensor) ([]Tensor, error) { return l.call(c, in, &l.lstm, false) }
