package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &GRU{gru: newGRU()} }, "GRU")
}

// GRU is a gated recurrent unit over axis 1 (keras/src/layers/rnn/gru.py).
type GRU struct {
	Common
	recurrent
	gru
}

func (l *GRU) recurrence() recurrence { return &l.gru }

// Build implements Layer.
func (l *GRU) Build(in []runtime.Shape) ([]Weight, error) { return l.build(in, &l.gru, "gru_cell") }

// Call implements Layer.
func (l *GRU) Call(c *Call, in []Tensor) ([]Tensor, error) { return l.call(c, in, &l.gru, false) }
