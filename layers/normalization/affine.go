package normalization

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// affine is the learned scale gamma and shift beta that end a normalization.
type affine struct {
	Center           bool                `keras:"center"`
	Scale            bool                `keras:"scale"`
	BetaInitializer  layers.Initializer  `keras:"beta_initializer"`
	GammaInitializer layers.Initializer  `keras:"gamma_initializer"`
	BetaRegularizer  *layers.Regularizer `keras:"beta_regularizer"`
	GammaRegularizer *layers.Regularizer `keras:"gamma_regularizer"`
	BetaConstraint   *layers.Constraint  `keras:"beta_constraint"`
	GammaConstraint  *layers.Constraint  `keras:"gamma_constraint"`
}

var defaultAffine = affine{Center: true, Scale: true,
	BetaInitializer: layers.Initializer{Class: "Zeros"}, GammaInitializer: layers.Initializer{Class: "Ones"}}

// weights describes gamma and beta, as far as they are asked for.
func (a *affine) weights(shape runtime.Shape) []layers.Weight {
	var w []layers.Weight
	if a.Scale {
		w = append(w, layers.Weight{Name: "gamma", Shape: shape, Trainable: true,
			Initializer: a.GammaInitializer, Regularizer: a.GammaRegularizer, Constraint: a.GammaConstraint})
	}
	if a.Center {
		w = append(w, layers.Weight{Name: "beta", Shape: shape, Trainable: true,
			Initializer: a.BetaInitializer, Regularizer: a.BetaRegularizer, Constraint: a.BetaConstraint})
	}
	return w
}

// of returns gamma and beta in a call, nil where there is none.
func (a *affine) of(c *layers.Call) (gamma, beta *runtime.Value) {
	if a.Scale {
		gamma = c.Weight("gamma")
	}
	if a.Center {
		beta = c.Weight("beta")
	}
	return gamma, beta
}

// along gives a vector the rank of x, its elements along axis a.
func along(c *layers.Call, v, x *runtime.Value, a int) *runtime.Value {
	if a == x.Rank()-1 {
		return v
	}
	sizes := make([]int, x.Rank()-a)
	for i := range sizes {
		sizes[i] = 1
	}
	sizes[0] = runtime.CopyAxis(0)
	return c.Reshape(v, sizes...)
}
