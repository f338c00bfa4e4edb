package layers

func init() {
	register(func() Layer { return &ActivationLayer{} }, "Activation")
}

// ActivationLayer applies an activation function
// (keras/src/layers/activations/activation.py, where it is called Activation).
type ActivationLayer struct {
	Common
	Activation Activation `keras:"activation"`
}

// Call implements Layer.
func (l *ActivationLayer) Call(c *Call, in []Tensor) ([]Tensor, error) {
	if l.Activation.Linear() {
		return in[:1], nil
	}
	t := l.Activation.Apply(c, in[0].Value)
	t.Mask = in[0].Mask
	return []Tensor{t}, nil
}
