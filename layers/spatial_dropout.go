package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	for rank, name := range map[int]string{1: "SpatialDropout1D", 2: "SpatialDropout2D", 3: "SpatialDropout3D"} {
		register(func() Layer { return &SpatialDropout{rank: rank} }, name)
	}
}

// SpatialDropout is SpatialDropout1D, 2D and 3D: Dropout of whole feature maps
// (keras/src/layers/regularization/spatial_dropout.py).
type SpatialDropout struct {
	Common
	dropRate
	DataFormat string `keras:"data_format"`
	rank       int    // spatial axes
}

// Validate implements validator.
func (l *SpatialDropout) Validate(d *Decoder) {
	l.dropRate.Validate(d)
	wantDataFormat(d, l.DataFormat)
}

// Build implements Layer.
func (l *SpatialDropout) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	return nil, WantRank(in[0], l.rank+2, l.rank+2)
}

// Call implements Layer.
func (l *SpatialDropout) Call(c *Call, in []Tensor) ([]Tensor, error) {
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
	return Keep(in[0], dropout(c, in[0].Value, l.Rate, noise))
}

// wantDataFormat checks a data_format option; absent it is channels_last.
func wantDataFormat(d *Decoder, format string) {
	switch format {
	case "", "channels_last", "channels_first":
	default:
		d.Broken("data_format must be channels_last or channels_first, received %q", format)
	}
}
