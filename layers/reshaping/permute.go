package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("Permute", func() layers.Layer { return &Permute{} })
}

// Permute reorders the axes of each row
// (keras/src/layers/reshaping/permute.py).
type Permute struct {
	layers.Common
	Dims []int `keras:"dims"` // counted from 1, the batch axis being 0
}

// Validate implements Validator.
func (l *Permute) Validate(d *layers.Decoder) {
	seen := map[int]bool{0: true}
	for _, a := range l.Dims {
		if a < 1 || a > len(l.Dims) || seen[a] {
			d.Broken("dims must be a permutation of 1 to %d, received %v", len(l.Dims), l.Dims)
			return
		}
		seen[a] = true
	}
}

// Call implements Layer.
func (l *Permute) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(c.Transpose(in[0].Value, append([]int{0}, l.Dims...)...))
}
