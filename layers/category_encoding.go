package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &CategoryEncoding{OutputMode: "multi_hot"} }, "CategoryEncoding")
}

// CategoryEncoding turns integers into vectors: one for each, or one for each row
// that marks or counts them (keras/src/layers/preprocessing/category_encoding.py).
type CategoryEncoding struct {
	Common
	NumTokens  int    `keras:"num_tokens"`
	OutputMode string `keras:"output_mode"`
	Sparse     bool   `keras:"sparse"`
}

// Validate implements validator.
func (l *CategoryEncoding) Validate(d *Decoder) {
	if l.OutputMode == "binary" {
		l.OutputMode = "multi_hot"
	}
	wantEncoding(d, l.OutputMode, l.Sparse)
	if l.OutputMode == "int" {
		d.Broken("output_mode must be one_hot, multi_hot or count, received int")
	}
	if l.NumTokens < 1 {
		d.Broken("num_tokens must be >= 1, received %d", l.NumTokens)
	}
}

// Call implements Layer.
func (l *CategoryEncoding) Call(c *Call, in []Tensor) ([]Tensor, error) {
	var weights *runtime.Value
	if t, ok := c.Kwargs["count_weights"].(Tensor); ok {
		weights = c.Cast(t.Value, runtime.Float32)
	}
	y, err := encode(c.Builder, c.Cast(in[0].Value, runtime.Int32), l.OutputMode, l.NumTokens, weights)
	if err != nil {
		return nil, err
	}
	return One(y)
}

// wantEncoding checks how integers are to be encoded.
func wantEncoding(d *Decoder, mode string, sparse bool) {
	switch mode {
	case "int", "one_hot", "multi_hot", "count":
	default:
		d.Broken("output_mode must be int, one_hot, multi_hot or count, received %q", mode)
	}
	if sparse {
		d.Unsupported("sparse=true")
	}
}

// encode turns indices below depth into float32 vectors
// (keras/src/utils/numerical_utils.py, encode_categorical_inputs). An index
// outside is marked nowhere. weights, or nil, are what each index counts for.
func encode(b *runtime.Builder, index *runtime.Value, mode string, depth int, weights *runtime.Value) (*runtime.Value, error) {
	if mode == "int" {
		return index, nil
	}
	if mode == "one_hot" {
		if last := index.Rank() - 1; last > 0 && index.Shape[last] == 1 {
			index = b.Squeeze(index, last)
		}
		return oneHot(b, index, depth), nil
	}
	if err := WantRank(index.Shape, 2, -1); err != nil {
		return nil, err
	}
	marks := oneHot(b, index, depth)
	if mode == "multi_hot" {
		return b.Max(marks, []int{1}, false), nil
	}
	if weights != nil {
		marks = b.Mul(marks, b.ExpandDims(weights, -1))
	}
	return b.Sum(marks, []int{1}, false), nil
}

// oneHot adds an axis of the given size on which an index is 1 and the rest 0.
func oneHot(b *runtime.Builder, index *runtime.Value, depth int) *runtime.Value {
	wide := b.Tile(b.ExpandDims(index, -1), -1, depth)
	return b.Cast(b.Equal(wide, b.Iota(wide, -1)), runtime.Float32)
}
