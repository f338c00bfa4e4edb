package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCost(t *testing.T) {
	ctx := context.Background()
	p, err := Compile(mlp(t, 52, 100, 40, 1), Options{Threads: 1})
	require.NoError(t, err)
	one, err := p.Cost(ctx, Shape{1, 52})
	require.NoError(t, err)
	least := 2.0 * (52*100 + 100*40 + 40)
	assert.InDelta(t, least, one.Operations, 0.2*least)
	many, err := p.Cost(ctx, Shape{96000, 52})
	require.NoError(t, err)
	assert.InDelta(t, 96000*one.Operations, many.Operations, 0.01*many.Operations)
	assert.Greater(t, many.Bytes, int64(96000*4), "the results")
	assert.Less(t, many.Bytes, int64(96000*4+1<<20), "rows are computed in tiles")

	for _, wrong := range [][]Shape{nil, {{1, 53}}, {{Unknown, 52}}, {{1, 52}, {1, 52}}} {
		_, err = p.Cost(ctx, wrong...)
		var e *ShapeError
		assert.ErrorAs(t, err, &e, "%v", wrong)
	}
}

// TestMemoryIsRefusedBeforeItIsTaken: what Cost counts is what Memory bounds.
func TestMemoryIsRefusedBeforeItIsTaken(t *testing.T) {
	ctx := context.Background()
	for name, build := range map[string]func(b *Builder, x *Value) *Value{
		"rows alone": func(b *Builder, x *Value) *Value {
			return b.Tile(b.Relu(x), 1, 1000)
		},
		"rows together": func(b *Builder, x *Value) *Value {
			return b.MatMul(x, b.Transpose(x, 1, 0))
		},
		"a loop": func(b *Builder, x *Value) *Value {
			s := b.Tile(b.ExpandDims(x, 1), 1, 5)
			final, _ := b.Scan([]*Value{b.Tile(x, 1, 100)}, []*Value{s}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
				return []*Value{b.Add(states[0], b.Tile(steps[0], 1, 100))}, nil
			})
			return b.Sum(final[0], []int{0}, true)
		},
		"offsets of a window": func(b *Builder, x *Value) *Value {
			return b.Sum(b.MaxPool(b.Reshape(x, 1, Infer, 1), []int{1500}, Window{Padding: Same}), nil, false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			g, err := b.Graph(build(b, b.Input("x", Type{Float32, Shape{Unknown, 3}})))
			require.NoError(t, err)
			free, err := Compile(g, Options{Threads: 2})
			require.NoError(t, err)
			cost, err := free.Cost(ctx, Shape{2000, 3})
			require.NoError(t, err)
			require.Greater(t, cost.Bytes, int64(1<<20))
			tight, err := Compile(g, Options{Threads: 2, Memory: int(cost.Bytes / 2)})
			require.NoError(t, err)
			_, err = tight.Cost(ctx, Shape{2000, 3})
			assert.ErrorContains(t, err, "wanted at most")
			err = tight.Run(ctx, []*Tensor{random(1, -1, 1, 2000, 3)}, make([]*Tensor, 1))
			assert.ErrorContains(t, err, "wanted at most")
			enough, err := Compile(g, Options{Threads: 2, Memory: int(cost.Bytes)})
			require.NoError(t, err)
			assert.NoError(t, enough.Run(ctx, []*Tensor{random(1, -1, 1, 2000, 3)}, make([]*Tensor, 1)))
		})
	}
}

func TestMemTotal(t *testing.T) {
	n, ok := memTotal([]byte("MemFree: 1 kB\nMemTotal:       24063976 kB\n"))
	assert.True(t, ok)
	assert.Equal(t, uint64(24063976<<10), n)
	for _, bad := range []string{"", "MemTotal: x kB", "MemTotal: 0 kB", "MemTotal: 5 MB", "MemTotal: 99999999999999999999 kB"} {
		_, ok := memTotal([]byte(bad))
		assert.False(t, ok, bad)
	}
	assert.Greater(t, DefaultMemory(), 1<<20)
}
