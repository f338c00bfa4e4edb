package core

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Identity", func() layers.Layer { return &Identity{} }, "TFDIdentity") // of FeatureSpace
}

// Identity returns its input (keras/src/layers/core/identity.py).
type Identity struct{ layers.Common }

// Call implements Layer.
func (l *Identity) Call(_ *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return in[:1], nil
}
