package layers

import "github.com/kerasrun/kerasrun/runtime"

// baseZeroPadding adds zeros around the spatial axes.
type baseZeroPadding struct {
	Common
	spatial
	Padding margins `keras:"padding"`

	before, after []int
}

func newBaseZeroPadding(rank int) baseZeroPadding {
	return baseZeroPadding{spatial: spatial{rank: rank}, Padding: margins{flat: []int{1}}}
}

// Validate implements validator.
func (l *baseZeroPadding) Validate(d *Decoder) {
	wantDataFormat(d, l.DataFormat)
	l.before, l.after = l.Padding.on(d, "padding", &l.spatial)
}

// Build implements Layer.
func (l *baseZeroPadding) Build(in []runtime.Shape) ([]Weight, error) { return l.spatial.Build(in) }

// Call implements Layer.
func (l *baseZeroPadding) Call(c *Call, in []Tensor) ([]Tensor, error) {
	around := func(m []int) []int { return append(append([]int{0}, m...), 0) }
	return One(l.out(c, c.Pad(l.in(c, in[0].Value), around(l.before), around(l.after), 0)))
}

// baseCropping cuts off the margins of the spatial axes.
type baseCropping struct {
	Common
	spatial
	Cropping margins `keras:"cropping"`

	before, after []int
}

func newBaseCropping(rank, margin int) baseCropping {
	return baseCropping{spatial: spatial{rank: rank}, Cropping: margins{flat: []int{margin}}}
}

// Validate implements validator.
func (l *baseCropping) Validate(d *Decoder) {
	wantDataFormat(d, l.DataFormat)
	l.before, l.after = l.Cropping.on(d, "cropping", &l.spatial)
}

// Build implements Layer.
func (l *baseCropping) Build(in []runtime.Shape) ([]Weight, error) {
	_, sizes, err := l.wantInput(in)
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
func (l *baseCropping) Call(c *Call, in []Tensor) ([]Tensor, error) {
	ranges := []runtime.Range{runtime.Whole}
	for a := range l.rank {
		r := runtime.Range{From: l.before[a], To: runtime.End, Step: 1}
		if l.after[a] > 0 {
			r.To = -l.after[a]
		}
		ranges = append(ranges, r)
	}
	return One(l.out(c, c.Slice(l.in(c, in[0].Value), ranges...)))
}
