package runtime

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fragile is an operation that panics in every part where its input holds a
// number below zero, and when it is prepared for seven rows.
type fragile struct{ rowwise bool }

func (fragile) name() string                                { return "fragile" }
func (fragile) infer(in []Type) ([]Type, error)             { return in[:1], nil }
func (o fragile) keepsRows(*node, []bool) bool              { return o.rowwise }
func (fragile) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }
func (fragile) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if x.Shape[0] == 7 {
		panic("seven")
	}
	return task{parts: y.len, cost: 1e9, run: func(f *frame, lo, hi int) {
		for i := lo; i < hi; i++ {
			if f.f32(x)[i] < 0 {
				panic(errFragile)
			}
			f.f32(y)[i] = 2 * f.f32(x)[i]
		}
	}}, nil
}

var errFragile = errors.New("broke")

// TestPanicIsAnError: a panic in an operation, on the caller's goroutine, on a
// helper's, on one that has a share of the rows, or when it is prepared, ends the
// call with an error that names it. The next call is as if nothing had been.
func TestPanicIsAnError(t *testing.T) {
	for _, rowwise := range []bool{false, true} {
		for _, threads := range []int{1, 4} {
			b := NewBuilder()
			b.Scope = "brittle"
			g, err := b.Graph(b.apply(fragile{rowwise}, b.Input("x", Type{Float32, Shape{Unknown, 8}})))
			require.NoError(t, err)
			p, err := Compile(g, Options{Threads: threads})
			require.NoError(t, err)
			call := func(rows int, v float32) error {
				x, err := NewTensor(Float32, rows, 8)
				require.NoError(t, err)
				for i := range x.Float32s() {
					x.Float32s()[i] = v
				}
				out := make([]*Tensor, 1)
				err = p.Run(context.Background(), []*Tensor{x}, out)
				if err == nil {
					assert.Equal(t, 2*v, out[0].Float32s()[rows*8-1])
				}
				return err
			}
			for range 20 {
				err := call(600, -1)
				var e *InternalError
				require.ErrorAs(t, err, &e)
				assert.ErrorIs(t, err, errFragile)
				assert.Equal(t, "brittle: fragile: internal error: broke", e.Error())
				assert.Contains(t, string(e.Stack), "fragile")
				require.NoError(t, call(600, 3))
			}
			if !rowwise {
				assert.ErrorContains(t, call(7, 3), "brittle: fragile: internal error: seven")
			}
		}
	}
}
