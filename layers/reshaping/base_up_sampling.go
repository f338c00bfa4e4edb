package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// baseUpSampling makes the spatial axes larger by whole factors.
type baseUpSampling struct {
	layers.Common
	layers.Spatial
	Size []int `keras:"size"`

	method runtime.Interpolation
}

func newBaseUpSampling(rank int) baseUpSampling {
	return baseUpSampling{Spatial: layers.Spatial{Rank: rank}, Size: []int{2}}
}

// Validate implements Validator.
func (l *baseUpSampling) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.OnEach(d, "size", &l.Size, 1)
}

// Build implements Layer.
func (l *baseUpSampling) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.Spatial.Build(in)
}

// Call implements Layer.
func (l *baseUpSampling) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := l.ToChannelsLast(c, in[0].Value)
	for a := l.Rank - 1; a >= 0; a-- {
		if x.DType != runtime.Float32 && l.method == runtime.Nearest {
			x = c.Repeat(x, a+1, l.Size[a])
			continue
		}
		x = c.Upsample(x, a+1, l.Size[a], l.method)
	}
	return layers.One(l.FromChannelsLast(c, x))
}
