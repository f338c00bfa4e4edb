package preprocessing

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Discretization", func() layers.Layer { return &Discretization{OutputMode: "int", Epsilon: 0.01} })
}

// Discretization numbers the interval between boundaries in which a value lies;
// a boundary belongs to the interval above it
// (keras/src/layers/preprocessing/discretization.py).
type Discretization struct {
	layers.Common
	BinBoundaries []float64 `keras:"bin_boundaries"`
	NumBins       *int      `keras:"num_bins"`
	Epsilon       float64   `keras:"epsilon"` // of finding boundaries, which is done
	OutputMode    string    `keras:"output_mode"`
	Sparse        bool      `keras:"sparse"`
}

// Validate implements Validator.
func (l *Discretization) Validate(d *layers.Decoder) {
	wantEncoding(d, l.OutputMode)
	if len(l.BinBoundaries) == 0 {
		d.Unsupported("a Discretization without bin_boundaries: it was saved before it was adapted")
	}
	if !slices.IsSorted(l.BinBoundaries) {
		d.Broken("bin_boundaries must rise, received %v", l.BinBoundaries)
	}
}

// Call implements Layer.
func (l *Discretization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	boundaries := make([]float32, len(l.BinBoundaries))
	for i, v := range l.BinBoundaries {
		boundaries[i] = float32(v)
	}
	x := c.ExpandDims(c.Cast(in[0].Value, runtime.Float32), -1)
	below := c.Cast(c.Not(c.Less(x, c.Floats(boundaries...))), runtime.Float32) // NaN is in the last bin
	index := c.Cast(c.Sum(below, []int{-1}, false), runtime.Int32)
	y, err := encode(c, index, l.OutputMode, len(boundaries)+1, nil)
	if err != nil {
		return nil, err
	}
	return layers.One(y)
}
