package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Reshape", func() layers.Layer { return &Reshape{} })
}

// Reshape gives each row another shape
// (keras/src/layers/reshaping/reshape.py).
type Reshape struct {
	layers.Common
	TargetShape []int `keras:"target_shape"` // -1, once, is whatever fits
}

// Validate implements Validator.
func (l *Reshape) Validate(d *layers.Decoder) {
	inferred := 0
	for _, n := range l.TargetShape {
		if n == runtime.Infer {
			inferred++
		}
		if n < -1 || inferred > 1 {
			d.Broken("target_shape must hold sizes and at most one -1, received %v", l.TargetShape)
			return
		}
	}
}

// Call implements Layer.
func (l *Reshape) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(c.Reshape(in[0].Value, append([]int{runtime.CopyAxis(0)}, l.TargetShape...)...))
}
