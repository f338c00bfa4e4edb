package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("GRU", func() layers.Layer { return &GRU{gru: newGRU()} })
}

// GRU is a gated recurrent unit over axis 1 (keras/src/layers/rnn/gru.py).
type GRU struct {
	layers.Common
	recurrent
	gru
}

func (l *GRU) recurrence() recurrence { return &l.gru }

// Build implements Layer.
func (l *GRU) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.build(in, &l.gru, "gru_cell")
}

// Call implements Layer.
func (l *GRU) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return l.call(c, in, &l.gru, false)
}
