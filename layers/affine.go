package layers

import "github.com/kerasrun/kerasrun/runtime"

// affine is the learned scale gamma and shift beta that end a normalization.
type affine struct {
	Center           bool         `keras:"center"`
	Scale            bool         `keras:"scale"`
	BetaInitializer  Initializer  `keras:"beta_initializer"`
	GammaInitializer Initializer  `keras:"gamma_initializer"`
	BetaRegularizer  *Regularizer `keras:"beta_regularizer"`
	GammaRegularizer *Regularizer `keras:"gamma_regularizer"`
	BetaConstraint   *Constraint  `keras:"beta_constraint"`
	GammaConstraint  *Constraint  `keras:"gamma_constraint"`
}

var defaultAffine = affine{Center: true, Scale: true,
	BetaInitializer: Initializer{Class: "Zeros"}, GammaInitializer: Initializer{Class: "Ones"}}

// weights describes gamma and beta, as far as they are asked for.
func (a *affine) weights(shape runtime.Shape) []Weight {
	var w []Weight
	if a.Scale {
		w = append(w, Weight{Name: "gamma", Shape: shape, Trainable: true,
			Initializer: a.GammaInitializer, Regularizer: a.GammaRegularizer, Constraint: a.GammaConstraint})
	}
	if a.Center {
		w = append(w, Weight{Name: "beta", Shape: shape, Trainable: true,
			Initializer: a.BetaInitializer, Regularizer: a.BetaRegularizer, Constraint: a.BetaConstraint})
	}
	return w
}

// split takes gamma and beta, nil where there is none, off the front of a
// layer's weights.
func (a *affine) split(weights []*runtime.Value) (gamma, beta *runtime.Value, rest []*runtime.Value) {
	if a.Scale {
		gamma, weights = weights[0], weights[1:]
	}
	if a.Center {
		beta, weights = weights[0], weights[1:]
	}
	return gamma, beta, weights
}

// along gives a vector the rank of x, its elements along axis a.
func along(b *runtime.Builder, v, x *runtime.Value, a int) *runtime.Value {
	if a == x.Rank()-1 {
		return v
	}
	sizes := make([]int, x.Rank()-a)
	for i := range sizes {
		sizes[i] = 1
	}
	sizes[0] = runtime.CopyAxis(0)
	return b.Reshape(v, sizes...)
}

// otherAxes lists the axes of a tensor but for the given ones.
func otherAxes(rank int, but ...int) []int {
	axes := []int{}
	for a := range rank {
		other := true
		for _, k := range but {
			other = other && a != k
		}
		if other {
			axes = append(axes, a)
		}
	}
	return axes
}
