package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("StringLookup", func() layers.Layer {
		unknown := "[UNK]"
		return &StringLookup{IndexLookup: IndexLookup[string]{NumOOVIndices: 1, OOVToken: one[string]{&unknown}, OutputMode: "int", OOVMethod: "floormod"}, Encoding: "utf-8"}
	})
}

// StringLookup numbers strings by a vocabulary, or turns such numbers back into
// strings (keras/src/layers/preprocessing/string_lookup.py).
type StringLookup struct {
	IndexLookup[string]
	Encoding string `keras:"encoding"` // in which Keras hands out the vocabulary
}

// Call implements Layer.
func (l *StringLookup) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if l.Invert {
		return layers.One(l.invert(c, c.Cast(x, runtime.Int64)))
	}
	if err := wantStrings(x); err != nil {
		return nil, err
	}
	y, err := l.lookup(c, x)
	if err != nil {
		return nil, err
	}
	return layers.One(y)
}
