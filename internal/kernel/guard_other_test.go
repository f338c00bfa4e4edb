//go:build !linux

package kernel

import "testing"

// guarded returns n floats; only Linux has the fault pages.
func guarded(t testing.TB, n, shift int, atStart bool) []float32 {
	t.Helper()
	return AlignedFloats(n + shift)[shift:]
}
