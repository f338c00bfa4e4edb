package runtime

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// factorPair returns random numbers as a plain tensor and as one of NewFactor.
func factorPair(t *testing.T, rows int, shape ...int) (plain, packed *Tensor) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, uint64(rows)))
	plain, err := NewTensor(Float32, shape...)
	require.NoError(t, err)
	for i := range plain.Float32s() {
		plain.Float32s()[i] = rng.Float32() - 0.5
	}
	packed, set, err := NewFactor(rows, shape...)
	require.NoError(t, err)
	columns := plain.Len() / rows
	set(rows/2, plain.Float32s()[rows/2*columns:])
	set(0, plain.Float32s()[:rows/2*columns])
	return plain, packed
}

func TestFactorHoldsItsElements(t *testing.T) {
	plain, packed := factorPair(t, 30, 5, 6, 21)
	assert.Equal(t, plain.Type(), packed.Type())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { assert.Equal(t, plain.Float32s(), packed.Float32s()) })
	}
	all.Wait()
	assert.Equal(t, plain.Bytes(), packed.Bytes())
	assert.Equal(t, plain.Rows(1, 3).Float32s(), packed.Rows(1, 3).Float32s())
	assert.Equal(t, plain.Take([]int{4, 0}).Float32s(), packed.Take([]int{4, 0}).Float32s())
	c := packed.Clone()
	assert.Nil(t, c.source)
	assert.Equal(t, plain.Float32s(), c.Float32s())
	r, err := packed.Reshaped(30, 21)
	require.NoError(t, err)
	assert.Same(t, packed.source, r.source)
	for _, bad := range [][]int{{3, 5}, {0, 4}, {Unknown, 4}} {
		_, _, err := NewFactor(4, bad...)
		var shape *ShapeError
		assert.ErrorAs(t, err, &shape, "%v", bad)
	}
	assert.Equal(t, -1, FactorLen(1<<40, 1<<40))
	assert.Equal(t, 3*16, FactorLen(3, 1))
}

// TestFactorsComputeTheSame compares programs over a tensor of NewFactor with those over
// a plain one: products, which read it as it is kept, and whatever else may be done.
func TestFactorsComputeTheSame(t *testing.T) {
	graphs := map[string]struct {
		ordered bool // the program may need the elements in order
		of      func(b *Builder, x *Value, w *Tensor) []*Value
	}{
		"product": {of: func(b *Builder, x *Value, w *Tensor) []*Value {
			return []*Value{b.Relu(b.MatMul(x, b.Parameter(0, w)))}
		}},
		"reshaped": {of: func(b *Builder, x *Value, w *Tensor) []*Value {
			v := b.Reshape(b.Reshape(b.Parameter(0, w), 2, 12, 24), 24, 24)
			return []*Value{b.MatMul(x, v)}
		}},
		"twice": {of: func(b *Builder, x *Value, w *Tensor) []*Value {
			v := b.Parameter(0, w)
			return []*Value{b.MatMul(b.MatMul(x, v), v)}
		}},
		"transposed": {ordered: true, of: func(b *Builder, x *Value, w *Tensor) []*Value {
			return []*Value{b.MatMulT(x, b.Parameter(0, w), false, true)}
		}},
		"added": {ordered: true, of: func(b *Builder, x *Value, w *Tensor) []*Value {
			v := b.Parameter(0, w)
			return []*Value{b.Add(b.MatMul(x, v), v)}
		}},
		"output": {ordered: true, of: func(b *Builder, x *Value, w *Tensor) []*Value {
			v := b.Parameter(0, w)
			return []*Value{b.MatMul(x, v), v}
		}},
		"left": {ordered: true, of: func(b *Builder, x *Value, w *Tensor) []*Value { return []*Value{b.MatMul(b.Parameter(0, w), x)} }},
	}
	x := random(3, -1, 1, 24, 24)
	for name, c := range graphs {
		t.Run(name, func(t *testing.T) {
			plain, packed := factorPair(t, 24, 24, 24)
			run := func(w *Tensor) []*Tensor {
				b := NewBuilder()
				out := c.of(b, b.Input("x", Type{Float32, Shape{24, 24}}), w)
				g, err := b.Graph(out...)
				require.NoError(t, err)
				p, err := Compile(g, Options{})
				require.NoError(t, err)
				y := make([]*Tensor, len(out))
				require.NoError(t, p.Run(t.Context(), []*Tensor{x}, y))
				weights, _ := p.Memory()
				assert.GreaterOrEqual(t, weights, 4*w.Len())
				return y
			}
			want, got := run(plain), run(packed)
			for i := range want {
				assert.Equal(t, want[i].Float32s(), got[i].Float32s())
			}
			if !c.ordered {
				assert.Nil(t, packed.source.(*factor).at.Value())
			}
		})
	}
}

func TestFactors(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{Unknown, 4}})
	weight := func(i int, shape ...int) *Value { return b.ParameterOf(i, Type{Float32, shape}) }
	b.MatMul(x, weight(0, 4, 5))
	b.Add(b.MatMul(x, weight(1, 4, 5)), weight(2, 5))
	b.MatMulT(x, weight(3, 6, 4), false, true)
	b.MatMul(x, b.Reshape(weight(4, 4, 2, 3), 4, 6))
	both := weight(5, 4, 4)
	b.Add(b.MatMul(x, both), both)
	again := weight(6, 4, 4)
	b.MatMul(b.MatMul(x, again), again)
	otherwise := weight(7, 4, 6)
	b.MatMul(x, otherwise)
	b.MatMul(b.Reshape(x, Infer, 2), b.Reshape(otherwise, 2, 12))
	require.NoError(t, b.Err())
	assert.Equal(t, map[int]int{0: 4, 1: 4, 4: 4, 6: 4}, b.Factors())
}
