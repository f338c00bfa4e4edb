package layers

func init() {
	register(func() Layer { return &RepeatVector{} }, "RepeatVector")
}

// RepeatVector repeats each row along a new time axis
// (keras/src/layers/reshaping/repeat_vector.py).
type RepeatVector struct {
	Common
	N int `keras:"n"`
}

// Validate implements validator.
func (l *RepeatVector) Validate(d *Decoder) {
	if l.N < 1 {
		d.Broken("n must be >= 1, received %d", l.N)
	}
}

// Call implements Layer.
func (l *RepeatVector) Call(c *Call, in []Tensor) ([]Tensor, error) {
	if err := WantRank(in[0].Shape, 2, 2); err != nil {
		return nil, err
	}
	return One(c.Tile(c.ExpandDims(in[0].Value, 1), 1, l.N))
}
