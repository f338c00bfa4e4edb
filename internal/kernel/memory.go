package kernel

import "unsafe"

// alignment in bytes of the memory AlignedFloats returns: a cache line, and the
// widest vector register.
const alignment = 64

// AlignedFloats returns n zeros whose first element lies on a 64-byte boundary.
func AlignedFloats(n int) []float32 {
	if n == 0 {
		return nil
	}
	s := make([]float32, n+alignment/4-1)
	skip := 0
	if r := uintptr(unsafe.Pointer(&s[0])) % alignment; r != 0 {
		skip = int(alignment-r) / 4
	}
	return s[skip : skip+n : skip+n]
}
