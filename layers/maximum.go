package layers

func init() {
	register(func() Layer { return &Maximum{} }, "Maximum")
}

// Maximum takes the larger value at each place
// (keras/src/layers/merging/maximum.py).
type Maximum struct{ merge }

// Call implements Layer.
func (l *Maximum) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.extreme(c, in, c.Builder.Maximum)
}
