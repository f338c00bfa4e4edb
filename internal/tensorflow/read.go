package tensorflow

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// Read fills dst, of t.Bytes() bytes, with a tensor's elements, little-endian and
// row-major, and holds them against their checksum. Strings are read by Strings.
func (b *Bundle) Read(t *Tensor, dst []byte) error {
	if t.DType.Size() == 0 {
		return &UnsupportedError{File: b.prefix + IndexSuffix, Place: fmt.Sprintf("tensor %q", t.Name), What: "elements of type " + t.DType.String()}
	}
	if int64(len(dst)) != t.size {
		return fmt.Errorf("tensor %q: dst must have %d bytes, received %d", t.Name, t.size, len(dst))
	}
	if err := b.fill(t, dst); err != nil {
		return err
	}
	if sum := Checksum(dst); sum != t.crc {
		return b.wrong(t, "checksum", fmt.Sprintf("%08x", t.crc), fmt.Sprintf("%08x", sum))
	}
	if size := t.DType.Size(); b.big && size > 1 {
		for i := 0; i < len(dst); i += size {
			e := dst[i : i+size]
			for x, y := 0, size-1; x < y; x, y = x+1, y-1 {
				e[x], e[y] = e[y], e[x]
			}
		}
	}
	return nil
}

func (b *Bundle) fill(t *Tensor, dst []byte) error {
	r, closer, err := b.section(t)
	if err != nil {
		return err
	}
	defer closer.Close()
	_, err = io.ReadFull(r, dst)
	return err
}

// Strings reads a tensor of strings, of at most most bytes in the file: the
// lengths as varints, a checksum of them, then all characters
// (tensorflow/core/util/tensor_bundle/tensor_bundle.cc, ReadStringTensor).
func (b *Bundle) Strings(t *Tensor, most int64) ([]string, error) {
	if t.DType != String {
		return nil, b.wrong(t, "dtype", "string", t.DType.String())
	}
	if t.size > most {
		return nil, &LimitError{File: b.shard(t.shard), Place: fmt.Sprintf("tensor %q", t.Name), Limit: "ProtoBytes", Max: uint64(most), Asked: uint64(t.size)}
	}
	n, _ := t.elements()
	if n > uint64(t.size) {
		return nil, b.wrong(t, "size", fmt.Sprintf("at least a byte for each of %d strings", n), fmt.Sprint(t.size))
	}
	if err := b.Check(t); err != nil {
		return nil, err
	}
	data := make([]byte, t.size)
	if err := b.fill(t, data); err != nil {
		return nil, err
	}
	lengths, sum := make([]int, n), uint32(0)
	rest := data
	for i := range lengths {
		v, size := binary.Uvarint(rest)
		if size <= 0 || v > uint64(len(data)) {
			return nil, b.wrong(t, fmt.Sprintf("length of string %d", i), fmt.Sprintf("at most %d", len(data)), fmt.Sprint(v))
		}
		// The checksum is of 32-bit numbers, not of the varints.
		sum = crc32.Update(sum, castagnoli, binary.LittleEndian.AppendUint32(nil, uint32(v)))
		lengths[i], rest = int(v), rest[size:]
	}
	if len(rest) < 4 || !bytes.Equal(rest[:4], binary.LittleEndian.AppendUint32(nil, masked(sum))) {
		return nil, b.wrong(t, "checksum of the lengths", fmt.Sprintf("%08x", masked(sum)), "another")
	}
	if sum = crc32.Update(sum, castagnoli, rest); masked(sum) != t.crc {
		return nil, b.wrong(t, "checksum", fmt.Sprintf("%08x", t.crc), fmt.Sprintf("%08x", masked(sum)))
	}
	rest = rest[4:]
	out := make([]string, n)
	for i, l := range lengths {
		if l > len(rest) {
			return nil, b.wrong(t, fmt.Sprintf("string %d", i), fmt.Sprintf("at most the %d bytes left", len(rest)), fmt.Sprint(l))
		}
		out[i], rest = string(rest[:l]), rest[l:]
	}
	return out, nil
}
