package runtime

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longWork lists graphs of a few operations that would run for seconds,
// each in another way.
var longWork = map[string]struct {
	input Shape
	build func(b *Builder, x *Value) *Value
}{
	"a loop": {Shape{1, 1 << 23, 1}, func(b *Builder, x *Value) *Value {
		final, _ := b.Scan([]*Value{b.Fill(x, 0, 1, 4)}, []*Value{x}, false, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
			return []*Value{b.Tanh(b.Add(states[0], steps[0]))}, nil
		})
		return final[0]
	}},
	"a recurrent layer": {Shape{1, 1 << 24, 1}, func(b *Builder, x *Value) *Value {
		y, _ := b.LSTM(x, Recurrence{Kernel: b.Constant(random(1, -1, 1, 1, 64)), Recurrent: b.Constant(random(2, -1, 1, 16, 64)), Activation: (*Builder).Tanh, Gate: (*Builder).Sigmoid})
		return y
	}},
	"one product of computed matrices": {Shape{6000, 6000}, func(b *Builder, x *Value) *Value {
		return b.Sum(b.MatMul(x, x), nil, false)
	}},
	"many products": {Shape{20, 1500, 1500}, func(b *Builder, x *Value) *Value {
		return b.Sum(b.MatMul(x, x), nil, false)
	}},
	"one head of attention": {Shape{1, 80000, 1, 64}, func(b *Builder, x *Value) *Value {
		return b.Attention(x, x, x, AttentionOptions{Scale: 1})
	}},
	"a convolution": {Shape{1, 800, 800, 4}, func(b *Builder, x *Value) *Value {
		return b.Conv(x, b.Constant(random(1, -1, 1, 13, 13, 4, 512)), Window{Padding: Same}, 1)
	}},
	"functions one after the other": {Shape{1 << 24}, func(b *Builder, x *Value) *Value {
		for range 500 {
			x = b.Sin(x)
		}
		return x
	}},
}

// TestDeadlineHolds: whatever a graph spends its time on, a call with a deadline
// returns the deadline's error soon after it.
func TestDeadlineHolds(t *testing.T) {
	for name, c := range longWork {
		t.Run(name, func(t *testing.T) {
			b := NewBuilder()
			g, err := b.Graph(c.build(b, b.Input("x", Type{Float32, c.input})))
			require.NoError(t, err)
			p, err := Compile(g, Options{Threads: 2})
			require.NoError(t, err)
			x, err := NewTensor(Float32, c.input...)
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
			defer cancel()
			start := time.Now()
			err = p.Run(ctx, []*Tensor{x}, make([]*Tensor, 1))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			took := time.Since(start)
			t.Log(took)
			limit := 2 * time.Second
			if testing.Short() { // under an emulator, where all of the work would take minutes
				limit = 15 * time.Second
			}
			assert.Less(t, took, limit)
		})
	}
}

// TestDeadlineHoldsBeforeRunning: making a plan for new shapes, waiting for one
// that is being made, and compiling look at the deadline too.
func TestDeadlineHoldsBeforeRunning(t *testing.T) {
	b := NewBuilder()
	g, err := b.Graph(b.Relu(b.Input("x", Type{Float32, Shape{Unknown, 3}})))
	require.NoError(t, err)
	past, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	_, err = CompileContext(past, g, Options{})
	assert.ErrorIs(t, err, context.DeadlineExceeded)

	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	x := random(1, -1, 1, 1, 3)
	assert.ErrorIs(t, p.Run(past, []*Tensor{x}, make([]*Tensor, 1)), context.DeadlineExceeded)
	assert.Empty(t, *p.plans.Load(), "a plan that was not finished is not kept")

	p.making <- struct{}{} // as if another call were making one
	soon, stop := context.WithTimeout(context.Background(), time.Millisecond)
	defer stop()
	assert.ErrorIs(t, p.Run(soon, []*Tensor{x}, make([]*Tensor, 1)), context.DeadlineExceeded)
	canceled, end := context.WithCancel(context.Background())
	end()
	assert.ErrorIs(t, p.Run(canceled, []*Tensor{x}, make([]*Tensor, 1)), context.Canceled)
	<-p.making
	assert.NoError(t, p.Run(context.Background(), []*Tensor{x}, make([]*Tensor, 1)))

	n := func(b *Builder, x *Value) *Value { return b.Sum(b.MatMul(x, x), nil, false) }
	b = NewBuilder()
	c := b.Constant(random(1, -1, 1, 5000, 5000))
	g, err = b.Graph(b.Add(n(b, c), b.Input("x", Type{Float32, Shape{Unknown}})))
	require.NoError(t, err)
	soon, stop = context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer stop()
	_, err = CompileContext(soon, g, Options{})
	assert.ErrorIs(t, err, context.DeadlineExceeded, "a constant takes long to fold")
}

// TestLateAnswerIsAnError: a call that ends after its deadline says so, whatever
// it did.
func TestLateAnswerIsAnError(t *testing.T) {
	b := NewBuilder()
	g, err := b.Graph(b.apply(slow{}, b.Input("x", Type{Float32, Shape{Unknown, 3}})))
	require.NoError(t, err)
	p, err := Compile(g, Options{Threads: 1})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, p.Run(ctx, []*Tensor{random(1, -1, 1, 1, 3)}, make([]*Tensor, 1)), context.DeadlineExceeded)
}

// slow takes ten milliseconds and never looks at the clock.
type slow struct{ fragile }

func (slow) prepare(*operands) (task, error) {
	return serial(1, func(*frame) { time.Sleep(10 * time.Millisecond) })
}
