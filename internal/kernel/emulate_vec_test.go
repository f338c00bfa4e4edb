//go:build amd64 && !noasm

package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// emulatedVec are vector functions by name: the lengths of their slices in rows of n
// values, and the arguments behind them.
var emulatedVec = []struct {
	names  []string
	slices []int
	rest   func(n int) []any
}{
	{[]string{"exp", "log", "tanh", "sigmoid", "silu", "erf", "gelu", "geluTanh", "softplus", "relu", "abs", "neg", "square", "sqrt", "rsqrt", "recip"}, []int{1, 1}, nil},
	{[]string{"elu", "leakyRelu", "addScalar", "mulScalar", "axpy", "sgdStep"}, []int{1, 1}, func(int) []any { return floats(0.3) }},
	{[]string{"clamp"}, []int{1, 1}, func(int) []any { return floats(-1.5, 2) }},
	{[]string{"add", "sub", "mul", "div", "max", "min", "reluGrad", "tanhGrad", "sigmoidGrad"}, []int{1, 1, 1}, nil},
	{[]string{"mulAdd"}, []int{1, 1, 1, 1}, nil},
	{[]string{"momentumStep", "nesterovStep"}, []int{1, 1, 1}, func(int) []any { return floats(0.3, 0.9) }},
	{[]string{"rmspropStep"}, []int{1, 1, 1}, func(int) []any { return floats(0.01, 0.9, 0.1, 1e-7) }},
	{[]string{"adamStep"}, []int{1, 1, 1, 1}, func(int) []any { return floats(0.01, 0.1, 0.001, 1e-7) }},
	{[]string{"sumRows"}, []int{1, 3}, func(n int) []any { return []any{3, n} }},
	{[]string{"softmaxRows", "logSoftmaxRows"}, []int{3, 3}, func(n int) []any { return []any{3, n} }},
	{[]string{"softmaxGradRows"}, []int{3, 3, 3}, func(n int) []any { return []any{3, n} }},
	{[]string{"normRows", "rmsNormRows"}, []int{3, 3}, func(n int) []any { return append([]any{3, n}, floats(1e-3)...) }},
	{[]string{"layerNormRows"}, []int{3, 3, 1, 1}, func(n int) []any { return append([]any{3, n}, floats(1e-3)...) }},
	{[]string{"addRow", "mulRow"}, []int{3, 3, 1}, func(int) []any { return []any{3} }},
	{[]string{"mulAddRow"}, []int{3, 3, 1, 1}, func(int) []any { return []any{3} }},
	{[]string{"lstmCell"}, []int{1, 1, 4}, func(n int) []any { return []any{n} }},
	{[]string{"gruCell"}, []int{1, 3, 3}, func(n int) []any { return []any{n} }},
}

// floats are float32 arguments: two to a word of the stack.
func floats(f ...float32) (words []any) {
	for i := 0; i < len(f); i += 2 {
		w := uint64(math.Float32bits(f[i]))
		if i+1 < len(f) {
			w |= uint64(math.Float32bits(f[i+1])) << 32
		}
		words = append(words, int64(w))
	}
	return words
}

// TestEmulatedVec requires of AVX-512 the bits of AVX2, which other tests hold against
// the pure Go forms.
func TestEmulatedVec(t *testing.T) {
	e := newEmulator(t)
	for _, c := range emulatedVec {
		for _, name := range c.names {
			for _, n := range []int{1, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100, 150} {
				var args []any
				for i, rows := range c.slices {
					x := mixed(rows*n, i+n)
					args = append(args, memoryOf(x, n%2 == 0), len(x), len(x))
				}
				if c.rest != nil {
					args = append(args, c.rest(n)...)
				}
				want, got := e.call(t, name+"AVX2", args...), e.call(t, name+"AVX512", args...)
				for i := range want {
					require.Equal(t, sameNaN(want[i]), sameNaN(got[i]), "%s of %d, slice %d", name, n, i)
				}
				require.NotEqual(t, fmt.Sprint(args[0].(emulated).Data), fmt.Sprint(got[0]), "%s of %d wrote nothing", name, n)
			}
		}
	}
}

// sameNaN returns the bits of floats with one NaN for all.
func sameNaN(memory []byte) []uint32 {
	bits := make([]uint32, len(memory)/4)
	for i := range bits {
		if bits[i] = binary.LittleEndian.Uint32(memory[4*i:]); bits[i]&0x7fffffff > 0x7f800000 {
			bits[i] = 0x7fc00000
		}
	}
	return bits
}
