package runtime

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRewritingIsLinear: twice the graph is at most a little more than twice the
// work, whatever the graph is made of. Work is counted, not timed.
func TestRewritingIsLinear(t *testing.T) {
	row := func(b *Builder, i int) *Value { return b.Constant(random(uint64(i), 0.5, 1, 4)) }
	for name, build := range map[string]func(b *Builder, x *Value, n int) *Value{
		"the same again and again": func(b *Builder, x *Value, n int) *Value {
			y := x
			for range n {
				y = b.Add(y, b.Relu(x))
			}
			return y
		},
		"others on one value": func(b *Builder, x *Value, n int) *Value {
			y := x
			for i := range n {
				y = b.Add(y, b.LeakyRelu(x, float32(i)))
			}
			return y
		},
		"other slices of one value": func(b *Builder, x *Value, n int) *Value {
			wide := b.Tile(x, 1, n)
			y := x
			for i := range n {
				y = b.Add(y, b.SliceLast(wide, i, i+4))
			}
			return y
		},
		"other loops over one value": func(b *Builder, x *Value, n int) *Value {
			s, y := b.ExpandDims(x, 1), x
			for i := range n / 4 {
				final, _ := b.Scan([]*Value{x}, []*Value{s}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
					return []*Value{b.Add(b.Mul(states[0], b.Scalar(float32(i))), steps[0])}, nil
				})
				y = b.Add(y, final[0])
			}
			return y
		},
		"transpositions that cancel": func(b *Builder, x *Value, n int) *Value {
			y := b.ExpandDims(x, 1)
			for range n {
				y = b.Transpose(b.Relu(b.Transpose(y, 0, 2, 1)), 0, 2, 1)
			}
			return y
		},
		"scales and shifts of a product": func(b *Builder, x *Value, n int) *Value {
			y := b.MatMul(x, b.Constant(random(1, -1, 1, 4, 4)))
			for i := range n {
				y = b.Add(b.Mul(y, row(b, 2*i)), row(b, 2*i+1))
			}
			return y
		},
		"products with bias": func(b *Builder, x *Value, n int) *Value {
			for i := range n {
				x = b.Relu(b.Add(b.MatMul(x, b.Constant(random(uint64(i), -1, 1, 4, 4))), row(b, i)))
			}
			return x
		},
		"states that depend on one another": func(b *Builder, x *Value, n int) *Value {
			n /= 4
			init := make([]*Value, n)
			for i := range init {
				init[i] = x
			}
			final, _ := b.Scan(init, []*Value{b.ExpandDims(x, 1)}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
				next = append(next, b.Add(states[0], steps[0]))
				for i := 1; i < n; i++ {
					next = append(next, b.Tanh(states[i-1]))
				}
				return next, nil
			})
			return final[n-1]
		},
	} {
		t.Run(name, func(t *testing.T) {
			work := func(n int) float64 {
				b := NewBuilder()
				g, err := b.Graph(build(b, b.Input("x", Type{Float32, Shape{Unknown, 4}}), n))
				require.NoError(t, err)
				p, err := Compile(g, Options{Threads: 1})
				require.NoError(t, err)
				return float64(p.g.work())
			}
			small := work(400)
			require.Positive(t, small)
			assert.Less(t, work(800)/small, 2.2)
			assert.Less(t, work(1600)/small, 4.4)
		})
	}
}

// work adds up what rewrites looked at, in loops too.
func (g *Graph) work() int {
	n := g.visits
	for _, m := range g.nodes {
		if o, ok := m.op.(*scan); ok {
			n += o.body.work()
		}
	}
	return n
}
