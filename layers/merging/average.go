package merging

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Average", func() layers.Layer { return &Average{} })
}

// Average is the mean of its inputs (keras/src/layers/merging/average.py).
type Average struct{ merge }

// Call implements Layer.
func (l *Average) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	sum := layers.Floats(c, l.fold(c, in, layers.Arithmetic(c, "add", c.Builder.Add)))
	return l.plain(c, in, c.Div(sum, c.Scalar(float32(len(in)))))
}
