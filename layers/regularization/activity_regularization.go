package regularization

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("ActivityRegularization", func() layers.Layer { return &ActivityRegularization{} })
}

// ActivityRegularization adds a penalty on its input to the loss
// (keras/src/layers/regularization/activity_regularization.py).
type ActivityRegularization struct {
	layers.Common
	L1 float64 `keras:"l1"`
	L2 float64 `keras:"l2"`
}

// Validate implements Validator.
func (l *ActivityRegularization) Validate(*layers.Decoder) {
	l.ActivityRegularizer = &layers.Regularizer{L1: l.L1, L2: l.L2}
}

// Call implements Layer. Who calls layers adds the penalty.
func (l *ActivityRegularization) Call(_ *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return in[:1], nil
}
