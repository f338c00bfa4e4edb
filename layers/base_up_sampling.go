package layers

import "github.com/kerasrun/kerasrun/runtime"

// baseUpSampling makes the spatial axes larger by whole factors.
type baseUpSampling struct {
	Common
	spatial
	Size []int `keras:"size"`

	method runtime.Interpolation
}

func newBaseUpSampling(rank int) baseUpSampling {
	return baseUpSampling{spatial: spatial{rank: rank}, Size: []int{2}}
}

// Validate implements validator.
func (l *baseUpSampling) Validate(d *Decoder) {
	wantDataFormat(d, l.DataFormat)
	l.onEach(d, "size", &l.Size, 1)
}

// Build implements Layer.
func (l *baseUpSampling) Build(in []runtime.Shape) ([]Weight, error) { return l.spatial.Build(in) }

// Call implements Layer.
func (l *baseUpSampling) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x := l.in(c, in[0].Value)
	for a := l.rank - 1; a >= 0; a-- {
		x = c.Upsample(x, a+1, l.Size[a], l.method)
	}
	return One(l.out(c, x))
}
