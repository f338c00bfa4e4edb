package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &Subtract{} }, "Subtract")
}

// Subtract is its first input less its second
// (keras/src/layers/merging/subtract.py).
type Subtract struct{ merge }

// Build implements Layer.
func (l *Subtract) Build(in []runtime.Shape) ([]Weight, error) {
	return nil, WantInputs(len(in), 2, 2)
}

// Call implements Layer.
func (l *Subtract) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return l.plain(c, in, l.fold(c, in, c.Sub))
}
