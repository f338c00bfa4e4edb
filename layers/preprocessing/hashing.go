package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Hashing", func() layers.Layer { return &Hashing{OutputMode: "int"} })
}

// Hashing numbers strings and integers by a hash of their text
// (keras/src/layers/preprocessing/hashing.py).
type Hashing struct {
	layers.Common
	NumBins    int    `keras:"num_bins"`
	MaskValue  any    `keras:"mask_value"` // gets number 0, which then nothing else gets
	Salt       salt   `keras:"salt"`
	OutputMode string `keras:"output_mode"`
	Sparse     bool   `keras:"sparse"`
}

// Validate implements Validator.
func (l *Hashing) Validate(d *layers.Decoder) {
	if l.NumBins < 1 {
		d.Broken("num_bins must be >= 1, received %d", l.NumBins)
	}
	wantEncoding(d, l.OutputMode)
}

// Call implements Layer.
func (l *Hashing) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if x.DType == runtime.Bool {
		return nil, &runtime.ShapeError{What: "input", Wanted: "strings or numbers", Received: x.Type.String()}
	}
	index, err := l.bins(c, x)
	if err != nil {
		return nil, err
	}
	if l.OutputMode != "int" {
		index = c.Cast(index, runtime.Int32)
	}
	y, err := encode(c, index, l.OutputMode, l.NumBins, nil)
	if err != nil {
		return nil, err
	}
	return layers.One(y)
}

// bins numbers the elements of x. A float is masked by its value, and hashed without
// its fraction.
func (l *Hashing) bins(c *layers.Call, x *runtime.Value) (*runtime.Value, error) {
	table := &runtime.Table{Rest: runtime.Buckets{Count: l.NumBins, Hash: l.Salt.Hash}}
	masked := l.MaskValue != nil && l.NumBins > 1
	if masked {
		table.Rest.First, table.Rest.Count = 1, l.NumBins-1
	}
	wrong := &runtime.ShapeError{What: "mask_value", Wanted: "one of the input's type, " + x.DType.String(), Received: layers.Brief(l.MaskValue)}
	switch {
	case !masked:
	case x.DType == runtime.String:
		text, ok := l.MaskValue.(string)
		if !ok {
			return nil, wrong
		}
		table.Strings = map[string]int64{text: 0}
	case x.DType == runtime.Float32:
		v, ok := layers.Float(l.MaskValue)
		if !ok {
			return nil, wrong
		}
		is := c.Equal(x, c.Scalar(float32(v)))
		zero := c.Cast(c.Scalar(0), runtime.Int64)
		return c.Select(is, zero, c.Number(c.Cast(x, runtime.Int64), table)), nil
	default:
		v, ok := layers.Int64(l.MaskValue)
		if !ok {
			return nil, wrong
		}
		table.Ints = map[int64]int64{v: 0}
	}
	if x.DType != runtime.String {
		x = c.Cast(x, runtime.Int64)
	}
	return c.Number(x, table), nil
}
