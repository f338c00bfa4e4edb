package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("IntegerLookup", func() layers.Layer {
		unknown := int64(-1)
		return &IntegerLookup{IndexLookup: IndexLookup[int64]{NumOOVIndices: 1, OOVToken: one[int64]{&unknown}, OutputMode: "int", OOVMethod: "floormod"}, VocabularyDType: "int64"}
	})
}

// IntegerLookup numbers integers by a vocabulary, or turns such numbers back into
// them (keras/src/layers/preprocessing/integer_lookup.py).
type IntegerLookup struct {
	IndexLookup[int64]
	VocabularyDType string `keras:"vocabulary_dtype"`
}

// Validate implements Validator.
func (l *IntegerLookup) Validate(d *layers.Decoder) {
	if l.VocabularyDType != "int64" && l.VocabularyDType != "int32" {
		d.Broken("vocabulary_dtype must be int64, received %q", l.VocabularyDType)
	}
	if l.Salt.Keyed && l.OOVMethod != "farmhash" {
		d.Broken("salt needs oov_method=farmhash, received %s", l.OOVMethod)
	}
	l.IndexLookup.Validate(d)
}

// Call implements Layer.
func (l *IntegerLookup) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := c.Cast(in[0].Value, runtime.Int64)
	if l.Invert {
		return layers.One(l.invert(c, x))
	}
	y, err := l.lookup(c, x)
	if err != nil {
		return nil, err
	}
	return layers.One(y)
}
