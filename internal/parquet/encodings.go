package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// decoder gives the values of a page.
type decoder interface {
	// next appends n values.
	next(v *Values, n int) error
}

// The encodings.
const (
	encodingPlain, encodingPlainDictionary, encodingRLE        = 0, 2, 3
	encodingDelta, encodingDeltaLength, encodingDeltaByteArray = 5, 6, 7
	encodingRLEDictionary, encodingSplit                       = 8, 9
)

// decoderFor is the decoder of a page's values.
func (c *Column) decoderFor(encoding int64, b []byte, values *dictionary) (decoder, error) {
	switch encoding {
	case encodingPlain:
		if c.physical == boolean {
			return &boolDecoder{packedBits(b)}, nil
		}
		return &plainDecoder{c: c, b: b}, nil
	case encodingPlainDictionary, encodingRLEDictionary:
		if values == nil {
			return nil, errors.New("a page refers to a dictionary that is not there")
		}
		if len(b) == 0 {
			return nil, errShort
		}
		h, err := newHybrid(b[1:], int(b[0]))
		return &dictionaryDecoder{c: c, places: h, dictionary: values}, err
	case encodingRLE:
		if c.physical != boolean || len(b) < 4 {
			break
		}
		h, err := newHybrid(b[4:], 1)
		return &boolDecoder{h}, err
	case encodingDelta:
		if c.physical != int32Type && c.physical != int64Type {
			break
		}
		d, err := newDelta(b)
		return &deltaDecoder{c: c, d: d}, err
	case encodingDeltaLength, encodingDeltaByteArray:
		if c.physical != byteArray && c.physical != fixedArray {
			break
		}
		return newDeltaTexts(c, b, encoding == encodingDeltaByteArray)
	case encodingSplit:
		if c.width == 0 {
			break
		}
		return &splitDecoder{c: c, b: b, stride: len(b) / c.width}, nil
	}
	return nil, fmt.Errorf("encoding %d of a value of type %d is not supported", encoding, c.physical)
}

// plainDecoder reads values one behind the other.
type plainDecoder struct {
	c *Column
	b []byte
}

func (p *plainDecoder) next(v *Values, n int) error {
	for range n {
		size := p.c.width
		if p.c.physical == byteArray {
			if len(p.b) < 4 {
				return errShort
			}
			size = int(binary.LittleEndian.Uint32(p.b))
			p.b = p.b[4:]
		}
		if size > len(p.b) {
			return errShort
		}
		if err := p.c.raw(v, p.b[:size]); err != nil {
			return err
		}
		p.b = p.b[size:]
	}
	return nil
}

// packedBits reads bits as they lie.
func packedBits(b []byte) *hybrid {
	return &hybrid{b: b, width: 1, run: len(b) * 8, packed: len(b)}
}

type boolDecoder struct{ bits *hybrid }

func (d *boolDecoder) next(v *Values, n int) error {
	for n > 0 {
		var some [256]uint32
		k := min(n, len(some))
		if err := d.bits.next(some[:k]); err != nil {
			return err
		}
		for _, b := range some[:k] {
			v.Ints = append(v.Ints, int64(b))
		}
		n -= k
	}
	return nil
}

// dictionary is values that pages refer to. Numbers stay as they lie, for they are
// not smaller when they are decoded.
type dictionary struct {
	size   int
	raw    []byte
	values Values
}

// dictionaryDecoder reads places in a dictionary.
type dictionaryDecoder struct {
	c          *Column
	places     *hybrid
	dictionary *dictionary
}

func (d *dictionaryDecoder) next(v *Values, n int) error {
	size, width := d.dictionary.size, d.c.width
	for n > 0 {
		var some [256]uint32
		k := min(n, len(some))
		if err := d.places.next(some[:k]); err != nil {
			return err
		}
		for _, at := range some[:k] {
			if uint64(at) >= uint64(size) {
				return fmt.Errorf("value %d of a dictionary of %d", at, size)
			}
			if d.dictionary.raw == nil {
				v.appendAt(&d.dictionary.values, int(at), d.c.Kind)
			} else if err := d.c.raw(v, d.dictionary.raw[int(at)*width:][:width]); err != nil {
				return err
			}
		}
		n -= k
	}
	return nil
}

type deltaDecoder struct {
	c *Column
	d *delta
}

func (d *deltaDecoder) next(v *Values, n int) error {
	for n > 0 {
		var some [256]int64
		k := min(n, len(some))
		if err := d.d.next(some[:k]); err != nil {
			return err
		}
		for _, x := range some[:k] {
			if d.c.physical == int32Type {
				x = int64(int32(x))
			}
			if err := d.c.whole(v, x); err != nil {
				return err
			}
		}
		n -= k
	}
	return nil
}

// deltaTexts are texts whose lengths are kept as differences, each perhaps
// beginning with a part of the one before.
type deltaTexts struct {
	c                 *Column
	prefixes, lengths []int64
	b, last           []byte
}

func newDeltaTexts(c *Column, b []byte, prefixed bool) (decoder, error) {
	t := &deltaTexts{c: c, b: b}
	for range map[bool]int{false: 1, true: 2}[prefixed] {
		d, err := newDelta(t.b)
		if err != nil {
			return nil, err
		}
		t.prefixes = t.lengths
		if t.lengths, t.b, err = d.all(); err != nil {
			return nil, err
		}
	}
	if prefixed && len(t.prefixes) != len(t.lengths) {
		return nil, errShort
	}
	return t, nil
}

func (t *deltaTexts) next(v *Values, n int) error {
	if n > len(t.lengths) {
		return errShort
	}
	total := 0 // a few bytes may repeat a long beginning
	for i := range n {
		size, prefix := t.lengths[i], int64(0)
		if t.prefixes != nil {
			prefix = t.prefixes[i]
		}
		if size < 0 || size > int64(len(t.b)) || prefix < 0 || prefix > int64(len(t.last)) {
			return errShort
		}
		t.last = append(t.last[:prefix], t.b[:size]...)
		t.b = t.b[size:]
		if total += len(t.last); total > maxPage {
			return fmt.Errorf("texts of more than %d bytes together", maxPage)
		}
		if t.c.physical == fixedArray && len(t.last) != t.c.width {
			return errShort
		}
		if err := t.c.raw(v, t.last); err != nil {
			return err
		}
	}
	t.lengths = t.lengths[n:]
	if t.prefixes != nil {
		t.prefixes = t.prefixes[n:]
	}
	return nil
}

// splitDecoder reads values whose first bytes come first, then all second ones,
// and so on: BYTE_STREAM_SPLIT.
type splitDecoder struct {
	c          *Column
	b          []byte
	stride, at int
	value      []byte
}

func (s *splitDecoder) next(v *Values, n int) error {
	for range n {
		if s.at >= s.stride {
			return errShort
		}
		s.value = s.value[:0]
		for k := range s.c.width {
			s.value = append(s.value, s.b[k*s.stride+s.at])
		}
		s.at++
		if err := s.c.raw(v, s.value); err != nil {
			return err
		}
	}
	return nil
}
