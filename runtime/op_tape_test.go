package runtime

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tapedCase builds a recurrence whose weights are inputs, and its gradients by all
// inputs of what it gives.
func tapedCase(t *testing.T, name string, variant int, differentiable bool) *Graph {
	const units = 5
	b := NewBuilder()
	columns := columnsOf(name, units)
	input := func(shape ...int) *Value { return b.Input("v", Type{Float32, shape}) }
	x := input(Unknown, Unknown, 3)
	r := Recurrence{Kernel: input(3, columns), Recurrent: input(units, columns), Reverse: variant&1 != 0,
		Sequences: variant&2 != 0, Differentiable: differentiable}
	wrt := []*Value{x, r.Kernel, r.Recurrent}
	if variant&4 != 0 {
		r.Bias = input(columns)
		wrt = append(wrt, r.Bias)
		if name == "gru after" {
			r.RecurrentBias = input(columns)
			wrt = append(wrt, r.RecurrentBias)
		}
	}
	if variant&8 != 0 {
		for range tapedStates(name) {
			r.Init = append(r.Init, input(Unknown, units))
		}
		wrt = append(wrt, r.Init...)
	}
	y, states := rnnCases()[name](b, x, r)
	// Every place of what comes out counts differently.
	total := b.Sum(b.Square(b.Add(y, b.Scalar(0.3))), nil, false)
	if variant&16 != 0 {
		for _, s := range states {
			total = b.Add(total, b.Sum(b.Exp(s), nil, false))
		}
	}
	grads := Gradient(b, []*Value{total}, []*Value{b.Scalar(1)}, wrt)
	g, err := b.Graph(append(append([]*Value{y}, states...), grads...)...)
	require.NoError(t, err)
	return g
}

func tapedStates(name string) int {
	if name == "lstm" {
		return 2
	}
	return 1
}

func tapedInputs(g *Graph, batch, time int) (in []*Tensor) {
	for i, v := range g.inputs {
		s := v.Shape.clone()
		if s[0] == Unknown {
			s[0] = batch
		}
		if len(s) > 1 && s[1] == Unknown {
			s[1] = time
		}
		in = append(in, random(uint64(20+i), -0.8, 0.8, s...))
	}
	return in
}

// A tape gives the answers and gradients of the loop of single steps, whatever the
// options, and whether they are rewritten.
func TestTapeIsItsLoop(t *testing.T) {
	for _, name := range []string{"lstm", "gru after"} {
		for variant := range 32 {
			g, loop := tapedCase(t, name, variant, true), tapedCase(t, name, variant, false)
			for _, size := range [][2]int{{7, 4}, {1, 1}, {2, 3}} {
				what := fmt.Sprintf("%s %05b %v", name, variant, size)
				in := tapedInputs(g, size[0], size[1])
				got, want := run(t, g, Options{Threads: 1}, in...), run(t, loop, Options{Threads: 1}, in...)
				for i := range want {
					require.InDeltaSlice(t, want[i].Float32s(), got[i].Float32s(), 2e-5, "%s output %d", what, i)
				}
				for i, y := range run(t, g, Options{Threads: 3, NoRewrites: true}, in...) {
					require.InDeltaSlice(t, want[i].Float32s(), y.Float32s(), 2e-5, "%s output %d", what, i)
				}
			}
		}
	}
}

// The bits of a step's gradients do not depend on threads. The work is enough to be split.
func TestTapeIsDeterministic(t *testing.T) {
	for _, name := range []string{"lstm", "gru after"} {
		b := NewBuilder()
		columns := columnsOf(name, 64)
		x := b.Input("x", Type{Float32, Shape{13, 50, 8}})
		weights := []*Value{b.Input("w", Type{Float32, Shape{8, columns}}), b.Input("u", Type{Float32, Shape{64, columns}})}
		y, _ := rnnCases()[name](b, x, Recurrence{Kernel: weights[0], Recurrent: weights[1], Differentiable: true})
		g, err := b.Graph(append([]*Value{y}, Gradient(b, []*Value{y}, []*Value{y}, weights)...)...)
		require.NoError(t, err)
		in := []*Tensor{random(1, -1, 1, 13, 50, 8), random(2, -0.3, 0.3, 8, columns), random(3, -0.3, 0.3, 64, columns)}
		want := run(t, g, Options{Threads: 1}, in...)
		for _, threads := range []int{2, 3, 16} {
			for i, y := range run(t, g, Options{Threads: threads}, in...) {
				require.Equal(t, want[i].Float32s(), y.Float32s(), "%s output %d, %d threads", name, i, threads)
			}
		}
	}
}

// Without steps the states stay and weights have no gradient.
func TestTapeOfNothing(t *testing.T) {
	for _, name := range []string{"lstm", "gru after"} {
		g := tapedCase(t, name, 2+4+8, true)
		for _, size := range [][2]int{{3, 0}, {0, 3}} {
			out := run(t, g, Options{}, tapedInputs(g, size[0], size[1])...)
			for _, v := range out[1+tapedStates(name)+2].Float32s() { // of the recurrent weights
				assert.Zero(t, v)
			}
		}
	}
}
