package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Flatten", func() layers.Layer { return &Flatten{} })
}

// Flatten makes one axis of all but the batch's
// (keras/src/layers/reshaping/flatten.py).
type Flatten struct {
	layers.Common
	DataFormat string `keras:"data_format"`
}

// Validate implements Validator.
func (l *Flatten) Validate(d *layers.Decoder) { d.WantDataFormat(l.DataFormat) }

// Call implements Layer.
func (l *Flatten) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if err := layers.WantRank(x.Shape, 1, -1); err != nil {
		return nil, err
	}
	if l.DataFormat == "channels_first" && x.Rank() > 1 {
		perm := []int{0}
		for a := 2; a < x.Rank(); a++ {
			perm = append(perm, a)
		}
		x = c.Transpose(x, append(perm, 1)...)
	}
	if x.Rank() == 1 {
		return layers.One(c.Reshape(x, runtime.CopyAxis(0), 1))
	}
	return layers.One(c.Reshape(x, runtime.CopyAxis(0), runtime.Infer))
}
