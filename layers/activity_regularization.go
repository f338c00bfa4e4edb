package layers

func init() {
	register(func() Layer { return &ActivityRegularization{} }, "ActivityRegularization")
}

// ActivityRegularization adds a penalty on its input to the loss
// (keras/src/layers/regularization/activity_regularization.py).
type ActivityRegularization struct {
	Common
	L1 float64 `keras:"l1"`
	L2 float64 `keras:"l2"`
}

// Validate implements validator.
func (l *ActivityRegularization) Validate(*Decoder) {
	l.ActivityRegularizer = &Regularizer{L1: l.L1, L2: l.L2}
}

// Call implements Layer. Who calls layers adds the penalty.
func (l *ActivityRegularization) Call(_ *Call, in []Tensor) ([]Tensor, error) { return in[:1], nil }
