package runtime

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// TestPacksOfACallThatEndedAreFilledByTheNext holds that a pack which is known is filled
// before anything reads it, whatever became of the call that asked for it.
func TestPacksOfACallThatEndedAreFilledByTheNext(t *testing.T) {
	for _, threads := range []int{0, 1, 3} {
		s := newShared(0)
		s.threads = threads
		var packs []*kernel.Packed
		for i := range 5 {
			w, err := TensorOf([]float32{1, 2, 3, float32(i)}, 2, 2)
			require.NoError(t, err)
			a := &operands{node: &node{op: constant{t: w}}, shared: s}
			packs = append(packs, a.packed(w, 2, 2, 2, 1, 0))
			assert.Equal(t, []*Tensor{w}, a.packs)
			assert.Same(t, packs[i], a.packed(w, 2, 2, 2, 1, 0))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, s.read(&watch{ctx: ctx, done: ctx.Done()}), context.Canceled)
		assert.Len(t, s.unread, 5)
		require.NoError(t, s.read(nil))
		assert.Empty(t, s.unread)
		for i, p := range packs {
			e := make([]float32, 4)
			p.Unpack(e)
			assert.Equal(t, []float32{1, 2, 3, float32(i)}, e)
		}
	}
}

// TestAPanicWhilePackingIsAnError holds it on every goroutine.
func TestAPanicWhilePackingIsAnError(t *testing.T) {
	s := newShared(0)
	s.threads = 2
	w := Scalar(1)
	for i := range 4 {
		a := &operands{node: &node{op: constant{t: w}, scope: "dense"}, shared: s}
		keepFilled(a, w, i, func() int { return i }, func(int, []float32) { panic("no") }, func(int) int { return 0 })
	}
	var internal *InternalError
	require.ErrorAs(t, s.read(nil), &internal)
	assert.Equal(t, "dense", internal.Scope)
}
