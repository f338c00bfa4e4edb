package tfrecord

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// Feature is one of an Example: a list of texts, of floats or of whole numbers. One
// without any is missing.
type Feature struct {
	Name   string
	Texts  []string
	Floats []float32
	Ints   []int64
}

// Len is the number of values.
func (f *Feature) Len() int { return len(f.Texts) + len(f.Floats) + len(f.Ints) }

// The fields of Example, Features, an entry of its map, Feature, and the lists.
const (
	exampleFeatures                        = 1
	featuresMap                            = 1
	entryKey, entryValue                   = 1, 2
	featureTexts, featureFloat, featureInt = 1, 2, 3
	listValues                             = 1
)

var errExample = errors.New("the record is no tf.train.Example")

// ParseExample reads an Example's features, sorted by name, into a list whose memory
// it uses again.
func ParseExample(b []byte, into []Feature) ([]Feature, error) {
	into = into[:0]
	err := fields(b, func(number protowire.Number, v []byte) error {
		if number != exampleFeatures {
			return nil
		}
		return fields(v, func(number protowire.Number, v []byte) (err error) {
			if number == featuresMap {
				into, err = entry(v, into)
			}
			return err
		})
	})
	if err != nil {
		return into, err
	}
	return unique(into), nil
}

// fields calls for each field that holds bytes, and passes over the others.
func fields(b []byte, do func(protowire.Number, []byte) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errExample
		}
		b = b[n:]
		if kind != protowire.BytesType {
			if n = protowire.ConsumeFieldValue(number, kind, b); n < 0 {
				return errExample
			}
			b = b[n:]
			continue
		}
		v, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return errExample
		}
		b = b[n:]
		if err := do(number, v); err != nil {
			return err
		}
	}
	return nil
}

// maxFeatures bounds those of one Example.
const maxFeatures = 1 << 16

// entry adds an entry of the map, in the memory of one that was there before.
func entry(b []byte, into []Feature) ([]Feature, error) {
	var name, value []byte
	if err := fields(b, func(number protowire.Number, v []byte) error {
		switch number {
		case entryKey:
			name = v
		case entryValue:
			value = v
		}
		return nil
	}); err != nil {
		return into, err
	}
	at := len(into)
	if at == maxFeatures {
		return into, fmt.Errorf("an Example must have at most %d features, received more", maxFeatures)
	}
	if at < cap(into) {
		into = into[:at+1]
	} else {
		into = append(into, Feature{})
	}
	f := &into[at]
	if f.Name != string(name) {
		f.Name = string(name)
	}
	f.Texts, f.Floats, f.Ints = f.Texts[:0], f.Floats[:0], f.Ints[:0]
	return into, fields(value, f.list)
}

// unique sorts features by name, for their order means nothing and changes from one
// Example to the next. Of several of one name the last counts, as protocol buffers
// have it.
func unique(list []Feature) []Feature {
	slices.SortStableFunc(list, func(a, b Feature) int { return cmp.Compare(a.Name, b.Name) })
	n := 0
	for i := range list {
		if i+1 == len(list) || list[i].Name != list[i+1].Name {
			list[n], list[i] = list[i], list[n] // keeps the memory of both
			n++
		}
	}
	return list[:n]
}

// list reads one of the three kinds of lists; another kind before it is forgotten.
func (f *Feature) list(kind protowire.Number, b []byte) error {
	if kind == featureTexts {
		f.Floats, f.Ints = f.Floats[:0], f.Ints[:0]
		return fields(b, func(number protowire.Number, v []byte) error {
			if number == listValues {
				f.Texts = append(f.Texts, string(v))
			}
			return nil
		})
	}
	if kind != featureFloat && kind != featureInt {
		return nil
	}
	f.Texts = f.Texts[:0]
	if kind == featureFloat {
		f.Ints = f.Ints[:0]
	} else {
		f.Floats = f.Floats[:0]
	}
	for len(b) > 0 { // packed, as it is written, or one by one
		number, wire, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errExample
		}
		size := protowire.ConsumeFieldValue(number, wire, b[n:])
		if size < 0 {
			return errExample
		}
		v := b[n : n+size]
		b = b[n+size:]
		if number != listValues {
			continue
		}
		if wire == protowire.BytesType {
			v, _ = protowire.ConsumeBytes(v) // measured above
		}
		if err := f.numbers(kind, v); err != nil {
			return err
		}
	}
	return nil
}

// numbers appends packed values.
func (f *Feature) numbers(kind protowire.Number, v []byte) error {
	if kind == featureFloat {
		if len(v)%4 != 0 {
			return errExample
		}
		for ; len(v) > 0; v = v[4:] {
			f.Floats = append(f.Floats, math.Float32frombits(binary.LittleEndian.Uint32(v)))
		}
		return nil
	}
	for len(v) > 0 {
		x, n := protowire.ConsumeVarint(v)
		if n < 0 {
			return errExample
		}
		f.Ints = append(f.Ints, int64(x))
		v = v[n:]
	}
	return nil
}
