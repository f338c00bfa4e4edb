package npz

import (
	"fmt"
	"io"
	"math"
	"os"
)

// ReadNPY reads one .npy array, and no byte behind it.
func ReadNPY(r io.Reader, limits Limits) (*Array, error) {
	a, err := readArray(r, -1, &budget{limits.withDefaults().MaxBytes})
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	return a, nil
}

// ReadNPYFile reads the .npy file at path.
func ReadNPYFile(path string, limits Limits) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	a, err := readArray(f, info.Size(), &budget{limits.withDefaults().MaxBytes})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// readArray reads a header and its elements. size is that of the whole file,
// or -1 where it is not known.
func readArray(r io.Reader, size int64, left *budget) (*Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	n, _ := elements(h.shape) // checked above
	if wanted := int64(h.length) + int64(n)*int64(h.dtype.stored()); size >= 0 && wanted > size {
		return nil, fmt.Errorf("shape %v of %s needs %d bytes, received %d", h.shape, h.dtype.name(), wanted, size)
	}
	return readElements(r, h, left)
}

// readElements reads what stands behind a header that has been checked.
func readElements(r io.Reader, h header, left *budget) (*Array, error) {
	n, err := elements(h.shape)
	if err != nil {
		return nil, err
	}
	if err := left.take(int64(n) * int64(h.dtype.memory())); err != nil {
		return nil, err
	}
	data, err := decodeAll(r, n, h)
	if err != nil {
		return nil, fmt.Errorf("shape %v of %s: %w", h.shape, h.dtype.name(), err)
	}
	return &Array{DType: h.dtype.name(), Shape: h.shape, Data: data}, nil
}

func decodeAll(r io.Reader, n int, h header) (any, error) {
	o := h.dtype.order
	switch h.dtype.name() {
	case "f4":
		return decode(r, n, h, func(b []byte) (float32, error) { return math.Float32frombits(o.Uint32(b)), nil })
	case "f8":
		return decode(r, n, h, func(b []byte) (float64, error) { return math.Float64frombits(o.Uint64(b)), nil })
	case "i1":
		return decode(r, n, h, func(b []byte) (int8, error) { return int8(b[0]), nil })
	case "i2":
		return decode(r, n, h, func(b []byte) (int16, error) { return int16(o.Uint16(b)), nil })
	case "i4":
		return decode(r, n, h, func(b []byte) (int32, error) { return int32(o.Uint32(b)), nil })
	case "i8":
		return decode(r, n, h, func(b []byte) (int64, error) { return int64(o.Uint64(b)), nil })
	case "u1":
		return decode(r, n, h, func(b []byte) (uint8, error) { return b[0], nil })
	case "u2", "f2":
		return decode(r, n, h, func(b []byte) (uint16, error) { return o.Uint16(b), nil })
	case "u4":
		return decode(r, n, h, func(b []byte) (uint32, error) { return o.Uint32(b), nil })
	case "u8":
		return decode(r, n, h, func(b []byte) (uint64, error) { return o.Uint64(b), nil })
	case "b1":
		return decode(r, n, h, func(b []byte) (bool, error) { return b[0] != 0, nil })
	}
	return decode(r, n, h, h.dtype.text)
}

// decode reads n elements a chunk at a time, so that memory grows with the
// bytes that really come and not with what the header claims.
func decode[T any](r io.Reader, n int, h header, one func([]byte) (T, error)) ([]T, error) {
	size := h.dtype.stored()
	perChunk := max(1, (64<<10)/max(1, size))
	out := make([]T, 0, min(n, perChunk))
	buf := make([]byte, min(n, perChunk)*size)
	for len(out) < n {
		chunk := buf[:min(n-len(out), perChunk)*size]
		if _, err := io.ReadFull(r, chunk); err != nil {
			return nil, fmt.Errorf("after %d of %d elements: %w", len(out), n, truncated(err))
		}
		for i := 0; i < len(chunk); i += size {
			v, err := one(chunk[i : i+size])
			if err != nil {
				return nil, fmt.Errorf("element %d: %w", len(out), err)
			}
			out = append(out, v)
		}
	}
	if h.fortran && len(h.shape) > 1 {
		out = rowMajor(out, h.shape)
	}
	return out, nil
}

// rowMajor reorders Fortran order, where the first index runs fastest.
func rowMajor[T any](src []T, shape []int) []T {
	out := make([]T, len(src))
	index := make([]int, len(shape))
	for _, v := range src {
		at := 0
		for axis, d := range shape {
			at = at*d + index[axis]
		}
		out[at] = v
		for axis := range index {
			if index[axis]++; index[axis] < shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return out
}
