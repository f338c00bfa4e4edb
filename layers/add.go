package layers

func init() {
	register(func() Layer { return &Add{} }, "Add")
}

// Add sums its inputs (keras/src/layers/merging/add.py).
type Add struct{ merge }

// Call implements Layer.
func (l *Add) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.plain(c, in, l.fold(c, in, c.Builder.Add))
}
