package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("CategoryEncoding", func() layers.Layer { return &CategoryEncoding{OutputMode: "multi_hot"} })
}

// CategoryEncoding turns integers into vectors: one for each, or one for each row
// that marks or counts them (keras/src/layers/preprocessing/category_encoding.py).
type CategoryEncoding struct {
	layers.Common
	NumTokens  int    `keras:"num_tokens"`
	OutputMode string `keras:"output_mode"`
	Sparse     bool   `keras:"sparse"`
}

// Validate implements Validator.
func (l *CategoryEncoding) Validate(d *layers.Decoder) {
	if l.OutputMode == "binary" {
		l.OutputMode = "multi_hot"
	}
	wantEncoding(d, l.OutputMode)
	if l.OutputMode == "int" {
		d.Broken("output_mode must be one_hot, multi_hot or count, received int")
	}
	if l.NumTokens < 1 {
		d.Broken("num_tokens must be >= 1, received %d", l.NumTokens)
	}
}

// Call implements Layer.
func (l *CategoryEncoding) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	var weights *runtime.Value
	if v := c.KeywordTensor("count_weights"); v != nil {
		weights = c.Cast(v, runtime.Float32)
	}
	y, err := encode(c, c.Cast(in[0].Value, runtime.Int32), l.OutputMode, l.NumTokens, weights)
	if err != nil {
		return nil, err
	}
	return layers.One(y)
}

// wantEncoding checks how integers are to be encoded.
func wantEncoding(d *layers.Decoder, mode string) {
	switch mode {
	case "int", "one_hot", "multi_hot", "count":
	default:
		d.Broken("output_mode must be int, one_hot, multi_hot or count, received %q", mode)
	}
}

// encode turns indices below depth into float32 vectors
// (keras/src/utils/numerical_utils.py, encode_categorical_inputs). An index
// outside is marked nowhere. A tensor that Keras keeps sparse (sparse=true) is an
// ordinary one here. weights, or nil, are what each index counts for.
func encode(c *layers.Call, index *runtime.Value, mode string, depth int, weights *runtime.Value) (*runtime.Value, error) {
	if mode == "int" {
		return index, nil
	}
	if mode == "one_hot" {
		if last := index.Rank() - 1; last > 0 && index.Shape[last] == 1 {
			index = c.Squeeze(index, last)
		}
		return c.Indicate(index, depth), nil
	}
	marks, axes := c.Indicate(index, depth), []int{min(1, index.Rank()-1)} // numbers without rows are one sample
	if mode == "multi_hot" {
		return c.Max(marks, axes, false), nil
	}
	if weights != nil {
		marks = c.Mul(marks, c.ExpandDims(weights, -1))
	}
	return c.Sum(marks, axes, false), nil
}
