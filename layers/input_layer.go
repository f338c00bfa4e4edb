package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	RegisterKeras("InputLayer", func() Layer { return &InputLayer{} })
}

// InputLayer is a place where data enters a model
// (keras/src/layers/core/input_layer.py).
type InputLayer struct {
	Common
	BatchShape []*int `keras:"batch_shape"` // nil entries are unknown
	Sparse     bool   `keras:"sparse"`      // fed with sparse tensors in Keras; here rows are dense, with the same answers
	Ragged     bool   `keras:"ragged"`
	Optional   bool   `keras:"optional"`
}

// Validate implements Validator.
func (l *InputLayer) Validate(d *Decoder) {
	if len(l.BatchShape) > maxRank {
		d.Broken("batch_shape must have at most %d axes, received %d", maxRank, len(l.BatchShape))
	}
	for _, n := range l.BatchShape {
		if n != nil && *n < 0 {
			d.Broken("batch_shape must hold sizes >= 0 or null, received %d", *n)
		}
	}
	if l.Ragged {
		d.Unsupported("ragged inputs")
	}
}

// maxRank is that of NumPy and TensorFlow, far above what a layer takes.
const maxRank = 32

// Type returns what the input is fed with. The batch axis is always unknown:
// a batch size fixed in a file only says how the model was trained.
func (l *InputLayer) Type() runtime.Type {
	shape := make(runtime.Shape, len(l.BatchShape))
	for i, n := range l.BatchShape {
		shape[i] = runtime.Unknown
		if n != nil && i > 0 {
			shape[i] = *n
		}
	}
	return runtime.Type{DType: ValueType(l.DType.Name), Shape: shape}
}

// Call implements Layer.
func (l *InputLayer) Call(c *Call, in []Tensor) ([]Tensor, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	return in[:1], nil
}

// ValueType is the element type that computes with data of a Keras dtype.
func ValueType(dtype string) runtime.DType {
	switch dtype {
	case "bool":
		return runtime.Bool
	case "string":
		return runtime.String
	case "int64", "uint32", "uint64":
		return runtime.Int64
	case "int8", "int16", "int32", "uint8", "uint16":
		return runtime.Int32
	}
	return runtime.Float32
}
