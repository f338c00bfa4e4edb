package reshaping

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// baseZeroPadding adds zeros around the spatial axes.
type baseZeroPadding struct {
	layers.Common
	layers.Spatial
	Padding margins `keras:"padding"`

	before, after []int
}

func newBaseZeroPadding(rank int) baseZeroPadding {
	return baseZeroPadding{Spatial: layers.Spatial{Rank: rank}, Padding: margins{flat: []int{1}}}
}

// Validate implements Validator.
func (l *baseZeroPadding) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.before, l.after = l.Padding.on(d, "padding", &l.Spatial)
}

// Build implements Layer.
func (l *baseZeroPadding) Build(in []runtime.Shape) ([]layers.Weight, error) {
	return l.Spatial.Build(in)
}

// Call implements Layer.
func (l *baseZeroPadding) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	around := func(m []int) []int { return append(append([]int{0}, m...), 0) }
	return layers.One(l.FromChannelsLast(c, c.Pad(l.ToChannelsLast(c, in[0].Value), around(l.before), around(l.after), 0)))
}

// baseCropping cuts off the margins of the spatial axes.
type baseCropping struct {
	layers.Common
	layers.Spatial
	Cropping margins `keras:"cropping"`

	before, after []int
}

func newBaseCropping(rank, margin int) baseCropping {
	return baseCropping{Spatial: layers.Spatial{Rank: rank}, Cropping: margins{flat: []int{margin}}}
}

// Validate implements Validator.
func (l *baseCropping) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.before, l.after = l.Cropping.on(d, "cropping", &l.Spatial)
}

// Build implements Layer.
func (l *baseCropping) Build(in []runtime.Shape) ([]layers.Weight, error) {
	_, sizes, err := l.WantInput(in)
	if err != nil {
		return nil, err
	}
	for a, n := range sizes {
		if n >= 0 && (l.before[a] >= n || l.after[a] >= n-l.before[a]) {
			return nil, tooSmall("cropping", l.before[a]+l.after[a], in[0])
		}
	}
	return nil, nil
}

// Call implements Layer.
func (l *baseCropping) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	ranges := []runtime.Range{runtime.Whole}
	for a := range l.Rank {
		r := runtime.Range{From: l.before[a], To: runtime.End, Step: 1}
		if l.after[a] > 0 {
			r.To = -l.after[a]
		}
		ranges = append(ranges, r)
	}
	return layers.One(l.FromChannelsLast(c, c.Slice(l.ToChannelsLast(c, in[0].Value), ranges...)))
}
