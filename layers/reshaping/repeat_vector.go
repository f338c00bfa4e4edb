package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("RepeatVector", func() layers.Layer { return &RepeatVector{} })
}

// RepeatVector repeats each row along a new time axis
// (keras/src/layers/reshaping/repeat_vector.py).
type RepeatVector struct {
	layers.Common
	N int `keras:"n"`
}

// Validate implements Validator.
func (l *RepeatVector) Validate(d *layers.Decoder) {
	if l.N < 1 {
		d.Broken("n must be >= 1, received %d", l.N)
	}
}

// Call implements Layer.
func (l *RepeatVector) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if err := layers.WantRank(in[0].Shape, 2, 2); err != nil {
		return nil, err
	}
	return layers.One(c.Tile(c.ExpandDims(in[0].Value, 1), 1, l.N))
}
