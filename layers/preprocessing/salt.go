package preprocessing

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// salt is the key of a hash: null, an integer that is both halves, or two.
type salt struct{ runtime.Hash }

// String is for lists of options.
func (s salt) String() string {
	if !s.Keyed {
		return "null"
	}
	return fmt.Sprint(s.Key)
}

// DecodeOption implements OptionDecoder.
func (s *salt) DecodeOption(d *layers.Decoder, v any) {
	if v == nil {
		return
	}
	halves, ok := v.([]any)
	if !ok {
		halves = []any{v, v}
	}
	if len(halves) != 2 {
		d.Broken("must be an integer, or two, received %s", layers.Brief(v))
		return
	}
	s.Keyed = true
	for i, h := range halves {
		n, ok := layers.Int64(h)
		if !ok {
			d.Broken("must be an integer, or two, received %s", layers.Brief(v))
		}
		s.Key[i] = uint64(n)
	}
}
