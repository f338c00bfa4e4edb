package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	register(func() Layer { return &PReLU{AlphaInitializer: Initializer{Class: "Zeros"}} }, "PReLU")
}

// PReLU is x where x > 0, else alpha·x with a learned alpha for each place of a
// row but for the axes that share one (keras/src/layers/activations/prelu.py).
type PReLU struct {
	Common
	AlphaInitializer Initializer  `keras:"alpha_initializer"`
	AlphaRegularizer *Regularizer `keras:"alpha_regularizer"`
	AlphaConstraint  *Constraint  `keras:"alpha_constraint"`
	SharedAxes       []int        `keras:"shared_axes"`
}

// Build implements Layer.
func (l *PReLU) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := WantRank(in[0], 1, -1); err != nil {
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
		if _, err := WantKnown(shape, a); err != nil {
			return nil, err
		}
	}
	return []Weight{{Name: "alpha", Shape: shape[1:], Trainable: true,
		Initializer: l.AlphaInitializer, Regularizer: l.AlphaRegularizer, Constraint: l.AlphaConstraint}}, nil
}

// Call implements Layer.
func (l *PReLU) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x := in[0].Value
	below := c.Mul(c.Relu(c.Neg(x)), c.Weights[0])
	return Keep(in[0], c.Sub(c.Relu(x), below))
}
