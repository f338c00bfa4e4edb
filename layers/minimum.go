package layers

func init() {
	register(func() Layer { return &Minimum{} }, "Minimum")
}

// Minimum takes the smaller value at each place
// (keras/src/layers/merging/minimum.py).
type Minimum struct{ merge }

// Call implements Layer.
func (l *Minimum) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.extreme(c, in, c.Builder.Minimum)
}
