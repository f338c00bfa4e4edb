package regularization

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	for rank, name := range map[int]string{1: "SpatialDropout1D", 2: "SpatialDropout2D", 3: "SpatialDropout3D"} {
		layers.RegisterKeras(name, func() layers.Layer { return &SpatialDropout{rank: rank} })
	}
}

// SpatialDropout is SpatialDropout1D, 2D and 3D: Dropout of whole feature maps
// (keras/src/layers/regularization/spatial_dropout.py).
type SpatialDropout struct {
	layers.Common
	dropRate
	DataFormat string `keras:"data_format"`
	rank       int    // spatial axes
}

// Validate implements Validator.
func (l *SpatialDropout) Validate(d *layers.Decoder) {
	l.dropRate.Validate(d)
	d.WantDataFormat(l.DataFormat)
}

// Build implements Layer.
func (l *SpatialDropout) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	return nil, layers.WantRank(in[0], l.rank+2, l.rank+2)
}

// Call implements Layer.
func (l *SpatialDropout) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if !c.Training || l.Rate == 0 {
		return in[:1], nil
	}
	one := 1
	noise := make([]*int, l.rank+2)
	for i := range l.rank {
		if l.DataFormat == "channels_first" {
			noise[2+i] = &one
		} else {
			noise[1+i] = &one
		}
	}
	return layers.Keep(in[0], c.Dropout(in[0].Value, l.Rate, noise))
}
