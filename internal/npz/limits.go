package npz

import (
	"fmt"
	"math"
)

// Limits bounds what one read may take. A zero field means its default.
type Limits struct {
	MaxBytes   int64 // memory of all arrays of a file together; default 16 GiB
	MaxMembers int   // arrays in an archive; default 10 000
	MaxRatio   int64 // unpacked size over packed size, looked at above 64 MiB; default 100
}

const (
	defaultMaxBytes   = 16 << 30
	defaultMaxMembers = 10_000
	defaultMaxRatio   = 100

	ratioFloor = 64 << 20 // smaller archives may pack as well as they like
	maxHeader  = 64 << 10 // bytes of a .npy header; NumPy itself stops at 10 000
	maxRank    = 64       // NumPy 2's bound on dimensions
)

func (l Limits) withDefaults() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = defaultMaxBytes
	}
	if l.MaxMembers <= 0 {
		l.MaxMembers = defaultMaxMembers
	}
	if l.MaxRatio <= 0 {
		l.MaxRatio = defaultMaxRatio
	}
	return l
}

// checkRatio refuses what unpacks to far more than the file holds.
func (l Limits) checkRatio(unpacked, packed uint64) error {
	if unpacked <= ratioFloor || unpacked/uint64(l.MaxRatio) <= packed {
		return nil
	}
	return fmt.Errorf("unpacks to %d bytes, must be <= %d times its packed size, received %d packed bytes",
		unpacked, l.MaxRatio, packed)
}

// budget counts down the memory a file may still ask for.
type budget struct{ left int64 }

func (b *budget) take(n int64) error {
	if n > b.left {
		return fmt.Errorf("array needs %d bytes, must be <= %d left of the limit", n, b.left)
	}
	b.left -= n
	return nil
}

// elements multiplies the dimensions of a shape. The product of the dimensions
// other than zero must fit as well, so that strides over it are safe.
func elements(shape []int) (int, error) {
	n, empty := 1, false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, fmt.Errorf("shape %v: dimensions must be >= 0, received %d", shape, d)
		case d == 0:
			empty = true
		case n > math.MaxInt/d:
			return 0, fmt.Errorf("shape %v: the number of elements overflows", shape)
		default:
			n *= d
		}
	}
	if empty {
		return 0, nil
	}
	return n, nil
}
