package layers

func init() {
	register(func() Layer { return &Average{} }, "Average")
}

// Average is the mean of its inputs (keras/src/layers/merging/average.py).
type Average struct{ merge }

// Call implements Layer.
func (l *Average) Call(c *Call, in []Tensor) ([]Tensor, error) {
	sum := l.fold(c, in, c.Builder.Add)
	return l.plain(c, in, c.Div(sum, c.Scalar(float32(len(in)))))
}
