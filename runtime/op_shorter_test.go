package runtime

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// float8Values are all positive numbers of float8_e4m3fn: exponents from 0 to 15 and
// three bits, without the last, which is NaN.
func float8Values() (out []float32) {
	for bits := range 127 {
		exponent, fraction := bits>>3, float64(bits&7)
		if exponent == 0 {
			out = append(out, float32(fraction/512))
			continue
		}
		out = append(out, float32(math.Ldexp(1+fraction/8, exponent-7)))
	}
	return out
}

// Every number goes to the nearest, and the middle between two to that with an even
// last bit.
func TestFloat8(t *testing.T) {
	values := float8Values()
	require.Equal(t, float32(448), values[126])
	var x, want []float32
	for i, v := range values {
		x, want = append(x, v, -v), append(want, v, -v)
		if i == 0 {
			continue
		}
		middle, even := (values[i-1]+v)/2, v
		if i%2 == 1 {
			even = values[i-1]
		}
		x = append(x, middle, math.Nextafter32(middle, 0), math.Nextafter32(middle, 1000))
		want = append(want, even, values[i-1], v)
	}
	got := make([]float32, len(x))
	float8(got, x, 0, 0)
	require.Equal(t, want, got)
	float8(got[:1], []float32{float32(math.NaN())}, 0, 0)
	require.NotEqual(t, got[0], got[0])
}

func TestBFloat16(t *testing.T) {
	got := make([]float32, 5)
	bfloat16(got, []float32{1, 1 + 1.0/256, 1 + 3.0/256, -math.Pi, float32(math.Inf(1))}, 0, 0)
	require.Equal(t, []float32{1, 1, 1 + 1.0/64, -3.140625, float32(math.Inf(1))}, got)
}

// Unsigned numbers, in nibbles along either axis and in bytes, are those that the bits
// say, and so are products with them.
func TestUnpackUnsigned(t *testing.T) {
	const k, n, groups = 70, 33, 3
	scale, zero, group := random(2, 0.1, 1, n, groups), random(3, 0, 15, n, groups), random(4, 0, 1, k)
	for i, v := range group.Float32s() {
		group.Float32s()[i] = float32(int(v * groups * 0.999))
	}
	nibbles, _ := NewTensor(Int8, (n+1)/2, k)
	bytes, _ := NewTensor(Int8, n, k)
	for i, v := range random(1, -128, 128, nibbles.Len()).Float32s() {
		nibbles.Int8s()[i] = int8(v)
	}
	for i, v := range random(5, -128, 128, bytes.Len()).Float32s() {
		bytes.Int8s()[i] = int8(v)
	}
	for _, whole := range []bool{false, true} {
		floats, _ := NewTensor(Float32, n, k)
		for i := range n {
			for j := range k {
				q := int(uint8(bytes.Int8s()[i*k+j]))
				if !whole {
					q = int(uint8(nibbles.Int8s()[i/2*k+j])) >> (i % 2 * 4) & 15
				}
				g := i*groups + int(group.Float32s()[j])
				floats.Float32s()[i*k+j] = (float32(q) - zero.Float32s()[g]) * scale.Float32s()[g]
			}
		}
		b := NewBuilder()
		g := &Int4Groups{1, b.Constant(scale), b.Constant(zero), b.Constant(group)}
		w := b.UnpackUint8(b.Constant(bytes), g)
		if !whole {
			w = b.UnpackUint4(b.Constant(nibbles), 0, n, g)
		}
		x := b.Input("x", Type{Shape: Shape{4, k}})
		graph, err := b.Graph(w, b.MatMulT(x, w, false, true), b.MatMulT(x, b.Constant(floats), false, true))
		require.NoError(t, err)
		out := run(t, graph, Options{Threads: 1}, random(6, -1, 1, 4, k))
		require.Equal(t, floats.Float32s(), out[0].Float32s())
		require.Equal(t, out[2].Float32s(), out[1].Float32s())
	}
}

// Numbers that share bytes along any axis of any size.
func TestUnpackInts(t *testing.T) {
	for axis := range 3 {
		shape := Shape{3, 5, 2}
		packed := shape.clone()
		packed[axis] = (shape[axis] + 1) / 2
		p, _ := NewTensor(Int8, packed...)
		for i := range p.Int8s() {
			p.Int8s()[i] = int8(37*i + 11)
		}
		b := NewBuilder()
		g, err := b.Graph(b.Cast(b.UnpackInts(b.Constant(p), axis, shape[axis]), Float32))
		require.NoError(t, err)
		got := run(t, g, Options{Threads: 1})[0]
		require.Equal(t, shape, got.Shape())
		at := 0
		for i := range 3 {
			for j := range 5 {
				for k := range 2 {
					place := []int{i, j, k}
					half := place[axis] % 2
					place[axis] /= 2
					nibble := int(uint8(p.Int8s()[(place[0]*packed[1]+place[1])*packed[2]+place[2]])) >> (4 * half) & 15
					require.Equal(t, float32((nibble+8)%16-8), got.Float32s()[at])
					at++
				}
			}
		}
	}
}
