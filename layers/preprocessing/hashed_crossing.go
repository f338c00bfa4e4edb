package preprocessing

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("HashedCrossing", func() layers.Layer { return &HashedCrossing{OutputMode: "int"} })
}

// HashedCrossing numbers combinations of strings and integers by a hash
// (keras/src/layers/preprocessing/hashed_crossing.py).
type HashedCrossing struct {
	layers.Common
	NumBins    int    `keras:"num_bins"`
	OutputMode string `keras:"output_mode"`
	Sparse     bool   `keras:"sparse"`
}

// Validate implements Validator.
func (l *HashedCrossing) Validate(d *layers.Decoder) {
	if l.NumBins < 1 {
		d.Broken("num_bins must be >= 1, received %d", l.NumBins)
	}
	if l.OutputMode != "int" && l.OutputMode != "one_hot" {
		d.Broken("output_mode must be int or one_hot, received %q", l.OutputMode)
	}
	wantEncoding(d, l.OutputMode)
}

// Build implements Layer.
func (l *HashedCrossing) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 2, -1); err != nil {
		return nil, err
	}
	for _, s := range in {
		if len(s) > 2 || len(s) == 2 && s[1] != 1 {
			return nil, &runtime.ShapeError{What: "inputs", Wanted: "shapes of one element a row", Received: s.String()}
		}
	}
	return nil, nil
}

// Call implements Layer.
func (l *HashedCrossing) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	features := make([]*runtime.Value, len(in))
	for i, t := range in {
		switch features[i] = t.Value; t.DType {
		case runtime.String:
		case runtime.Int32, runtime.Int64:
			features[i] = c.Cast(t.Value, runtime.Int64)
		default:
			return nil, &runtime.ShapeError{What: fmt.Sprintf("input %d", i), Wanted: "strings or integers", Received: t.Type.String()}
		}
	}
	index := c.Cross(l.NumBins, features...)
	if l.OutputMode == "one_hot" {
		index = c.Cast(index, runtime.Int32)
	}
	y, err := encode(c, index, l.OutputMode, l.NumBins, nil)
	if err != nil {
		return nil, err
	}
	return layers.One(y)
}
