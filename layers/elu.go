package layers

func init() {
	register(func() Layer { return &ELU{Alpha: 1} }, "ELU")
}

// ELU is x where x > 0, else alpha·(e^x - 1)
// (keras/src/layers/activations/elu.py).
type ELU struct {
	Common
	Alpha float64 `keras:"alpha"`
}

// Call implements Layer.
func (l *ELU) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return Keep(in[0], c.Elu(in[0].Value, float32(l.Alpha)))
}
