package runtime

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The gradients of an MLP, a convnet and a transformer's block have the same bits on any
// number of threads.
func TestGradientsDoNotDependOnThreads(t *testing.T) {
	models := map[string]struct {
		in    []*Tensor
		build func(b *Builder, in []*Value) *Value
	}{
		"mlp": {[]*Tensor{random(1, -1, 1, 130, 200), random(2, -1, 1, 200, 290), random(3, -1, 1, 290, 270), random(4, -1, 1, 270)},
			func(b *Builder, v []*Value) *Value {
				h := b.Relu(b.MatMul(v[0], v[1]))
				return b.Add(b.MatMul(h, v[2]), v[3])
			}},
		"convnet": {[]*Tensor{random(1, -1, 1, 5, 25, 22, 8), random(2, -1, 1, 3, 3, 8, 40), random(3, -1, 1, 40), random(4, -1, 1, 2, 2, 40, 24)},
			func(b *Builder, v []*Value) *Value {
				h := b.Relu(b.Add(b.Conv(v[0], v[1], Window{}, 1), v[2]))
				h = b.MaxPool(h, []int{2, 2}, Window{Strides: []int{2, 2}})
				return b.Conv(h, v[3], Window{Padding: Same}, 1)
			}},
		"transformer": {[]*Tensor{random(1, -1, 1, 3, 70, 96), random(2, -1, 1, 96, 96), random(3, -1, 1, 96, 96), random(4, -1, 1, 96), random(5, -1, 1, 96), random(6, -1, 1, 96, 384)},
			func(b *Builder, v []*Value) *Value {
				q := b.Reshape(b.MatMul(v[0], v[1]), 3, 70, 4, 24)
				k := b.Reshape(b.MatMul(v[0], v[2]), 3, 70, 4, 24)
				a := b.Attention(q, k, k, AttentionOptions{Scale: 0.2})
				h := b.LayerNorm(b.Add(v[0], b.Reshape(a, 3, 70, 96)), v[3], v[4], 1e-3)
				return b.Gelu(b.MatMul(h, v[5]))
			}},
	}
	for name, m := range models {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			var values []*Value
			for _, x := range m.in {
				values = append(values, b.Input("", x.Type()))
			}
			y := m.build(b, values)
			g, err := b.Graph(append([]*Value{y}, Gradient(b, []*Value{y}, []*Value{y}, values)...)...)
			require.NoError(t, err)
			want := run(t, g, Options{Threads: 1}, m.in...)
			for _, threads := range []int{2, 3} {
				for i, got := range run(t, g, Options{Threads: threads}, m.in...) {
					assertSameBits(t, want[i], got)
				}
			}
		})
	}
}

func assertSameBits(t *testing.T, want, got *Tensor) {
	t.Helper()
	for i, v := range got.Float32s() {
		if math.Float32bits(v) != math.Float32bits(want.Float32s()[i]) {
			assert.Fail(t, "other bits", "%s at %d: wanted %v, received %v", want.Type(), i, want.Float32s()[i], v)
			return
		}
	}
}
