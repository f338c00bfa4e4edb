package layers

func init() {
	register(func() Layer { return &Identity{} }, "Identity")
}

// Identity returns its input (keras/src/layers/core/identity.py).
type Identity struct{ Common }

// Call implements Layer.
func (l *Identity) Call(_ *Call, in []Tensor) ([]Tensor, error) { return in[:1], nil }
