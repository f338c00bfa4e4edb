package runtime

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rnnCases are the cells with standard activations, with a chain of them, and
// with one that only a loop can do.
func rnnCases() map[string]func(b *Builder, x *Value, r Recurrence) (*Value, []*Value) {
	hard := func(b *Builder, x *Value) *Value {
		return b.ClipByValue(b.Add(b.Mul(x, b.Scalar(0.2)), b.Scalar(0.5)), 0, 1)
	}
	softsign := func(b *Builder, x *Value) *Value { return b.Div(x, b.Add(b.Abs(x), b.Scalar(1))) }
	type build = func(b *Builder, x *Value, r Recurrence) (*Value, []*Value)
	with := func(act, gate Elementwise, f build) build {
		return func(b *Builder, x *Value, r Recurrence) (*Value, []*Value) {
			r.Activation, r.Gate = act, gate
			return f(b, x, r)
		}
	}
	before := func(b *Builder, x *Value, r Recurrence) (*Value, []*Value) {
		r.RecurrentBias = nil
		return b.GRU(x, r, false)
	}
	after := func(b *Builder, x *Value, r Recurrence) (*Value, []*Value) { return b.GRU(x, r, true) }
	cases := map[string]build{}
	for name, f := range map[string]build{"lstm": (*Builder).LSTM, "gru before": before, "gru after": after, "simple": (*Builder).SimpleRNN} {
		cases[name] = with((*Builder).Tanh, (*Builder).Sigmoid, f)
		cases[name+" chain"] = with((*Builder).Relu, hard, f)
		cases[name+" loop"] = with(softsign, softsign, f)
	}
	return cases
}

func columnsOf(name string, units int) int {
	switch name[:2] {
	case "ls":
		return 4 * units
	case "gr":
		return 3 * units
	}
	return units
}

// rnnGraph builds a recurrent operation on x with random weights.
func rnnGraph(t testing.TB, name string, x *Tensor, units int, mask *Tensor, variant int, r Recurrence) *Graph {
	b := NewBuilder()
	s := x.Shape()
	in := b.Input("x", Type{Float32, Shape{Unknown, Unknown, s[2]}})
	columns := columnsOf(name, units)
	r.Kernel, r.Recurrent = b.Constant(random(1, -0.5, 0.5, s[2], columns)), b.Constant(random(2, -0.5, 0.5, units, columns))
	if variant&1 != 0 {
		r.Bias = b.Constant(random(3, -1, 1, columns))
		if name[:2] == "gr" {
			r.RecurrentBias = b.Constant(random(4, -1, 1, columns))
		}
	}
	if mask != nil {
		r.Mask = b.Input("mask", Type{Bool, Shape{Unknown, Unknown}})
	}
	if variant&2 != 0 {
		states := 1
		if name[:2] == "ls" {
			states = 2
		}
		for range states {
			v := b.Input("state", Type{Float32, Shape{Unknown, units}})
			r.Init = append(r.Init, v)
		}
	}
	y, states := rnnCases()[name](b, in, r)
	g, err := b.Graph(append([]*Value{y}, states...)...)
	require.NoError(t, err)
	return g
}

func rnnInputs(x *Tensor, units int, mask *Tensor, g *Graph) []*Tensor {
	in := []*Tensor{x}
	if mask != nil {
		in = append(in, mask)
	}
	for len(in) < len(g.inputs) {
		in = append(in, random(uint64(10+len(in)), -1, 1, x.Shape()[0], units))
	}
	return in
}

// masks has masked steps before, behind, between, everywhere and nowhere.
func masks() *Tensor {
	t, _ := TensorOf([]bool{
		false, false, true, true, true, true,
		true, true, true, false, false, false,
		true, false, true, false, false, true,
		false, false, false, false, false, false,
		true, true, true, true, true, true,
	}, 5, 6)
	return t
}

// TestRecurrentIsItsLoop compares the fused forms with the loops of single steps
// for every option.
func TestRecurrentIsItsLoop(t *testing.T) {
	x, units := random(9, -1, 1, 5, 6, 3), 5
	for name := range rnnCases() {
		for variant := range 32 {
			var mask *Tensor
			r := Recurrence{Reverse: variant&4 != 0, Sequences: variant&8 != 0}
			if variant&16 != 0 {
				mask, r.ZeroMasked = masks(), variant&1 != 0
			}
			what := fmt.Sprintf("%s %05b", name, variant)
			g := rnnGraph(t, name, x, units, mask, variant, r)
			in := rnnInputs(x, units, mask, g)
			got := run(t, g, Options{Threads: 1}, in...)
			r.Differentiable = true
			loop := rnnGraph(t, name, x, units, mask, variant, r)
			want := run(t, loop, Options{Threads: 1}, in...)
			for i := range got {
				require.InDeltaSlice(t, want[i].Float32s(), got[i].Float32s(), 1e-5, "%s output %d", what, i)
			}
		}
	}
}

// TestRecurrentIsDeterministic compares rows in batches of several sizes, and on
// several goroutines, bit by bit, with rows that are masked from some step on and in
// between, and without.
func TestRecurrentIsDeterministic(t *testing.T) {
	const units, time = 33, 60
	x, lengths := random(9, -1, 1, 32, time, 7), make([]bool, 32*time)
	for i := range lengths {
		row, step := i/time, i%time
		lengths[i] = step < row*13%(time+9) && step != row && (row%3 != 0 || step > 4)
	}
	for name := range rnnCases() {
		for _, masked := range []bool{false, true} {
			var mask *Tensor
			of := func(n int) (in []*Tensor) {
				part, _ := TensorOf(x.Float32s()[:n*time*7], n, time, 7)
				if in = append(in, part); masked {
					mask, _ = TensorOf(lengths[:n*time], n, time)
					in = append(in, mask)
				}
				return in
			}
			all := of(32)
			g := rnnGraph(t, name, x, units, mask, 1, Recurrence{Sequences: true})
			want := run(t, g, Options{Threads: 1}, all...)
			for _, n := range []int{1, 2, 7, 31} {
				for _, threads := range []int{1, 4} {
					for i, y := range run(t, g, Options{Threads: threads}, of(n)...) {
						require.Equal(t, want[i].Float32s()[:y.Len()], y.Float32s(), "%s batch %d output %d", name, n, i)
					}
				}
			}
		}
	}
}

func TestRecurrentGradient(t *testing.T) {
	for name := range rnnCases() {
		const units = 2
		columns := columnsOf(name, units)
		in := []*Tensor{random(1, -1, 1, 2, 3, 2), random(2, -1, 1, 2, columns), random(3, -1, 1, units, columns), random(4, -1, 1, columns), random(5, -1, 1, 2, units)}
		states := 1
		if name[:2] == "ls" {
			states = 2
			in = append(in, random(6, -1, 1, 2, units))
		}
		if name == "gru after" {
			in = append(in, random(7, -1, 1, columns))
		}
		if strings.HasSuffix(name, "chain") {
			continue // its derivative jumps
		}
		checkGradient(t, func(b *Builder, in []*Value) *Value {
			r := Recurrence{Kernel: in[1], Recurrent: in[2], Bias: in[3], Init: in[4 : 4+states], Reverse: true, Sequences: true}
			if len(in) > 4+states {
				r.RecurrentBias = in[4+states]
			}
			y, last := rnnCases()[name](b, in[0], r)
			return b.Add(b.Sum(y, []int{1}, false), b.Square(last[states-1]))
		}, in...)
	}
}

// TestRecurrentOnVariables runs weights that change between calls.
func TestRecurrentOnVariables(t *testing.T) {
	for name := range rnnCases() {
		b := NewBuilder()
		const units = 4
		columns := columnsOf(name, units)
		x := random(1, -1, 1, 3, 5, 2)
		w, u := random(2, -1, 1, 2, columns), random(3, -1, 1, units, columns)
		y, _ := rnnCases()[name](b, b.Input("x", x.Type()), Recurrence{Kernel: b.Parameter(0, w), Recurrent: b.Parameter(1, u)})
		g, err := b.Graph(y)
		require.NoError(t, err)
		want := run(t, g, Options{Threads: 1}, x)
		p, err := Compile(g, Options{Threads: 1, Variables: []*Tensor{w, u}})
		require.NoError(t, err)
		got := make([]*Tensor, 1)
		require.NoError(t, p.Run(context.Background(), []*Tensor{x}, got))
		require.InDeltaSlice(t, want[0].Float32s(), got[0].Float32s(), 1e-6)
		clear(w.Float32s())
		clear(u.Float32s())
		require.NoError(t, p.Run(context.Background(), []*Tensor{x}, got))
		for _, v := range got[0].Float32s() {
			require.Equal(t, got[0].Float32s()[0], v, "%s: zero weights give the same everywhere", name)
		}
	}
}

func TestRecurrentDoesNotAllocate(t *testing.T) {
	for name := range rnnCases() {
		x := random(1, -1, 1, 3, 20, 4)
		g := rnnGraph(t, name, x, 8, nil, 3, Recurrence{Sequences: true})
		in := rnnInputs(x, 8, nil, g)
		p, err := Compile(g, Options{Threads: 1})
		require.NoError(t, err)
		s, out := p.NewSession(), make([]*Tensor, len(g.outputs))
		ctx := context.Background()
		require.NoError(t, s.Run(ctx, in, out))
		require.Zero(t, testing.AllocsPerRun(5, func() { _ = s.Run(ctx, in, out) }), name)
	}
}

func TestRecurrentErrors(t *testing.T) {
	x := random(1, -1, 1, 2, 3, 4)
	for name, r := range map[string]func(b *Builder) Recurrence{
		"kernel": func(b *Builder) Recurrence {
			return Recurrence{Kernel: b.Constant(random(1, 0, 1, 3, 8)), Recurrent: b.Constant(random(1, 0, 1, 2, 8))}
		},
		"recurrent": func(b *Builder) Recurrence {
			return Recurrence{Kernel: b.Constant(random(1, 0, 1, 4, 8)), Recurrent: b.Constant(random(1, 0, 1, 2, 7))}
		},
		"rank": func(b *Builder) Recurrence {
			return Recurrence{Kernel: b.Constant(random(1, 0, 1, 4, 8)), Recurrent: b.Constant(random(1, 0, 1, 2))}
		},
		"bias": func(b *Builder) Recurrence {
			return Recurrence{Kernel: b.Constant(random(1, 0, 1, 4, 8)), Recurrent: b.Constant(random(1, 0, 1, 2, 8)), Bias: b.Floats(1, 2)}
		},
	} {
		for _, loop := range []bool{false, true} {
			b := NewBuilder()
			rec := r(b)
			rec.Differentiable = loop
			b.LSTM(b.Constant(x), rec)
			require.Error(t, b.Err(), name)
		}
	}
}
