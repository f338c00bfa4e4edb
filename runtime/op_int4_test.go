package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// int4Arrays are random bytes, scales and zeros of an int4 matrix of k×n numbers whose
// bytes lie along axis 1, in groups along an axis, and the floats they stand for.
func int4Arrays(k, n, axis, groups int) (packed, scale, zero, group, floats *Tensor) {
	size := []int{k, n}
	shape := []int{groups, n}
	if axis == 1 {
		shape = []int{k, groups}
	}
	packed, _ = NewTensor(Int8, k, (n+1)/2)
	for i, v := range random(1, -128, 128, packed.Len()).Float32s() {
		packed.Int8s()[i] = int8(v)
	}
	scale, group = random(2, 0.1, 1, shape...), random(4, 0, 1, size[axis])
	zero, _ = NewTensor(Int8, shape...)
	for i, v := range random(3, -8, 8, zero.Len()).Float32s() {
		zero.Int8s()[i] = int8(v)
	}
	for i, v := range group.Float32s() {
		group.Float32s()[i] = float32(int(v * float32(groups) * 0.999))
	}
	floats, _ = NewTensor(Float32, k, n)
	for i := range k {
		for j := range n {
			q := int(uint8(packed.Int8s()[i*((n+1)/2)+j/2])) >> (j % 2 * 4) & 15
			if q > 7 {
				q -= 16
			}
			at := int(group.Float32s()[[]int{i, j}[axis]])
			if at = at*n + j; axis == 1 {
				at = i*groups + int(group.Float32s()[j])
			}
			floats.Float32s()[i*n+j] = (float32(q) - float32(zero.Int8s()[at])) * scale.Float32s()[at]
		}
	}
	return packed, scale, zero, group, floats
}

// TestUnpackInt4 holds unpacked matrices and products with packed ones, bit for bit,
// against the floats that they stand for.
func TestUnpackInt4(t *testing.T) {
	for _, v := range kernel.Variants() {
		defer kernel.Use(v)()
		for _, s := range [][4]int{{1, 1, 1, 1}, {3, 7, 5, 2}, {60, 300, 33, 3}, {2, 64, 130, 64}, {530, 20, 40, 2}} {
			m, k, n, groups := s[0], s[1], s[2], s[3]
			for axis := range 2 {
				packed, scale, zero, group, floats := int4Arrays(k, n, axis, groups)
				x, bias := random(5, -1, 1, m, []int{k, n}[axis]), random(6, -1, 1, []int{n, k}[axis])
				graph := func(unpacked bool) *Graph {
					b := NewBuilder()
					w := b.Constant(floats)
					if !unpacked {
						w = b.UnpackInt4(b.Constant(packed), 1, n, &Int4Groups{axis, b.Constant(scale), b.Constant(zero), b.Constant(group)})
					}
					y := b.MatMulT(b.Input("x", Type{Shape: Shape{Unknown, x.Shape()[1]}}), w, false, axis == 1)
					g, err := b.Graph(w, y, b.Relu(b.Add(y, b.Constant(bias))), b.Tanh(b.MatMulT(b.Input("z", x.Type()), w, false, axis == 1)))
					require.NoError(t, err)
					return g
				}
				for _, o := range []Options{{Threads: 1}, {Threads: 3}, {Threads: 1, NoRewrites: true}} {
					want, got := run(t, graph(true), o, x, x), run(t, graph(false), o, x, x)
					for i := range want {
						require.Equal(t, want[i].Float32s(), got[i].Float32s(), "%v %v axis %d output %d", v, s, axis, i)
					}
				}
			}
		}
	}
}

// TestInt4StaysPacked holds that a product takes the memory of packed numbers, is
// fused, and allocates nothing once warm.
func TestInt4StaysPacked(t *testing.T) {
	const k, n = 256, 64
	packed, scale, zero, group, _ := int4Arrays(k, n, 0, 2)
	b := NewBuilder()
	w := b.UnpackInt4(b.Constant(packed), 1, n, &Int4Groups{0, b.Constant(scale), b.Constant(zero), b.Constant(group)})
	bias := b.Constant(random(6, -1, 1, n))
	g, err := b.Graph(b.Relu(b.Add(b.MatMul(b.Input("x", Type{Shape: Shape{Unknown, k}}), w), bias)))
	require.NoError(t, err)
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	require.Equal(t, "int4_matmul", operations(p.g))
	in, out := []*Tensor{random(5, -1, 1, 70, k)}, make([]*Tensor, 1)
	require.NoError(t, p.Run(context.Background(), in, out))
	assert.Zero(t, testing.AllocsPerRun(20, func() { _ = p.Run(context.Background(), in, out) }))
	weights, _ := p.Memory()
	assert.Less(t, weights, k*n/2+4*k+6*4*n+4*k+1000)
}

// TestUnpackInt4Refuses holds that groups outside of those there are, and shapes that do
// not fit, are errors.
func TestUnpackInt4Refuses(t *testing.T) {
	packed, scale, zero, group, _ := int4Arrays(8, 6, 0, 2)
	build := func(size int, group *Tensor) error {
		b := NewBuilder()
		w := b.UnpackInt4(b.Constant(packed), 1, size, &Int4Groups{0, b.Constant(scale), b.Constant(zero), b.Constant(group)})
		g, err := b.Graph(b.MatMul(b.Input("x", Type{Shape: Shape{3, 8}}), w))
		if err != nil {
			return err
		}
		p, err := Compile(g, Options{Threads: 1})
		if err != nil {
			return err
		}
		return p.Run(context.Background(), []*Tensor{random(5, -1, 1, 3, 8)}, make([]*Tensor, 1))
	}
	require.NoError(t, build(6, group))
	require.NoError(t, build(6, random(1, 1, 1, 8)))
	for _, bad := range []float32{-1, 2, float32(1e30)} {
		wrong := group.Clone()
		wrong.Float32s()[3] = bad
		var shape *ShapeError
		require.ErrorAs(t, build(6, wrong), &shape, "%v", bad)
	}
	require.Error(t, build(7, group))
	require.Error(t, build(6, random(1, 0, 0, 7)))
}
