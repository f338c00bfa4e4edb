package rnn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/layertest"
	"github.com/kerasrun/kerasrun/runtime"
)

// TestGatesApart holds the products by gate against the joined one.
func TestGatesApart(t *testing.T) {
	b := runtime.NewBuilder()
	o := newLSTM()
	o.Units = 2
	x, w := b.Constant(layertest.Ramp(4, 3)), b.Constant(layertest.Ramp(3, 8))
	g, err := b.Graph(o.apart(b, 0, 4, w, func(int) *runtime.Value { return x }), b.MatMul(x, w))
	require.NoError(t, err)
	p, err := runtime.Compile(g, runtime.Options{})
	require.NoError(t, err)
	out := make([]*runtime.Tensor, 2)
	require.NoError(t, p.Run(context.Background(), nil, out))
	assert.InDeltaSlice(t, out[1].Float32s(), out[0].Float32s(), 1e-6)
}
