package activations

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("PReLU", func() layers.Layer { return &PReLU{AlphaInitializer: layers.Initializer{Class: "Zeros"}} })
}

// PReLU is x where x > 0, else alpha·x with a learned alpha for each place of a
// row but for the axes that share one (keras/src/layers/activations/prelu.py).
type PReLU struct {
	layers.Common
	AlphaInitializer layers.Initializer  `keras:"alpha_initializer"`
	AlphaRegularizer *layers.Regularizer `keras:"alpha_regularizer"`
	AlphaConstraint  *layers.Constraint  `keras:"alpha_constraint"`
	SharedAxes       []int               `keras:"shared_axes"`
}

// Build implements Layer.
func (l *PReLU) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 1, -1); err != nil {
		return nil, err
	}
	shape := append(runtime.Shape{}, in[0]...)
	for _, a := range l.SharedAxes {
		if a < 1 || a >= len(shape) {
			return nil, &runtime.ShapeError{What: "shared_axes", Wanted: fmt.Sprintf("axes from 1 to %d", len(shape)-1), Received: fmt.Sprint(a)}
		}
		shape[a] = 1
	}
	for a := 1; a < len(shape); a++ {
		if _, err := layers.WantKnown(shape, a); err != nil {
			return nil, err
		}
	}
	return []layers.Weight{{Name: "alpha", Shape: shape[1:], Trainable: true,
		Initializer: l.AlphaInitializer, Regularizer: l.AlphaRegularizer, Constraint: l.AlphaConstraint}}, nil
}

// Call implements Layer.
func (l *PReLU) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	below := c.Mul(c.Relu(c.Neg(x)), c.Weight("alpha"))
	return layers.Keep(in[0], c.Sub(c.Relu(x), below))
}
