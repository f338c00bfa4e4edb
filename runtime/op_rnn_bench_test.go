package runtime

import (
	"context"
	"fmt"
	"testing"
)

// BenchmarkRecurrent is two layers of 128 units over 100 steps of 32 features.
func BenchmarkRecurrent(b *testing.B) {
	for _, name := range []string{"lstm", "gru after", "gru before", "lstm chain", "lstm loop"} {
		for _, batch := range []int{1, 32} {
			b.Run(fmt.Sprintf("%s/%d", name, batch), func(b *testing.B) {
				build := rnnCases()[name]
				g := NewBuilder()
				columns := columnsOf(name, 128)
				x := g.Input("x", Type{Float32, Shape{Unknown, 100, 32}})
				y, _ := build(g, x, Recurrence{Kernel: g.Constant(random(1, -0.1, 0.1, 32, columns)), Recurrent: g.Constant(random(2, -0.1, 0.1, 128, columns)), Bias: g.Constant(random(5, 0, 1, columns)), Sequences: true})
				y, _ = build(g, y, Recurrence{Kernel: g.Constant(random(3, -0.1, 0.1, 128, columns)), Recurrent: g.Constant(random(4, -0.1, 0.1, 128, columns)), Bias: g.Constant(random(6, 0, 1, columns))})
				graph, err := g.Graph(y)
				if err != nil {
					b.Fatal(err)
				}
				p, err := Compile(graph, Options{Threads: 1})
				if err != nil {
					b.Fatal(err)
				}
				in, out := []*Tensor{random(7, -1, 1, batch, 100, 32)}, make([]*Tensor, 1)
				for b.Loop() {
					if err := p.Run(context.Background(), in, out); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkRecurrentGradient is one layer's training step but for the optimizer.
func BenchmarkRecurrentGradient(b *testing.B) {
	for _, name := range []string{"lstm", "gru after"} {
		b.Run(name, func(b *testing.B) {
			g := NewBuilder()
			columns := columnsOf(name, 128)
			weights := []*Tensor{random(1, -0.1, 0.1, 32, columns), random(2, -0.1, 0.1, 128, columns), random(3, -0.1, 0.1, columns)}
			var params []*Value
			for i, w := range weights {
				params = append(params, g.Parameter(i, w))
			}
			x := g.Input("x", Type{Float32, Shape{32, 100, 32}})
			y, _ := rnnCases()[name](g, x, Recurrence{Kernel: params[0], Recurrent: params[1], Bias: params[2], Differentiable: true})
			graph, err := g.Graph(append([]*Value{y}, Gradient(g, []*Value{y}, []*Value{g.Fill(y, 1, 32, 128)}, params)...)...)
			if err != nil {
				b.Fatal(err)
			}
			p, err := Compile(graph, Options{Threads: 1, Variables: weights})
			if err != nil {
				b.Fatal(err)
			}
			in, out := []*Tensor{random(7, -1, 1, 32, 100, 32)}, make([]*Tensor, 4)
			for b.Loop() {
				if err := p.Run(context.Background(), in, out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
