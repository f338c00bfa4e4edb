package layers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/runtime"
)

// weighted makes a call of a layer with scalar weights of these paths and names.
func weighted(names ...[2]string) (*Call, *Trace, []*runtime.Value) {
	b := runtime.NewBuilder()
	weights := make([]Weight, len(names))
	values := make([]*runtime.Value, len(names))
	for i, n := range names {
		weights[i] = Weight{Path: n[0], Name: n[1], Shape: runtime.Shape{}}
		values[i] = b.ParameterOf(i, weights[i].Type())
	}
	c, trace := NewCall(b, weights, values, true)
	return c, trace, values
}

func TestWeightByName(t *testing.T) {
	c, trace, v := weighted([2]string{"", "kernel"}, [2]string{"", "moving_mean"})
	assert.Same(t, v[0], c.Weight("kernel"))
	c.Update("moving_mean", v[0])
	assert.Equal(t, map[int]*runtime.Value{1: v[0]}, trace.Updates)
	assert.NoError(t, c.Err())

	c.Weight("bias")
	assert.EqualError(t, c.Err(), `no weight "bias": the layer has kernel, moving_mean`)
	c, trace, v = weighted([2]string{"", "kernel"})
	c.Update("bias", v[0])
	assert.ErrorContains(t, c.Err(), `no weight "bias"`)
	assert.Empty(t, trace.Updates)

	c, _, _ = weighted([2]string{"", "kernel"}, [2]string{"", "kernel"})
	c.Weight("kernel")
	assert.EqualError(t, c.Err(), `two weights of the layer are called "kernel"`)
}

// TestWeightsInside looks up the weights of parts, in order and out of it; a
// part's name may begin like another's, or have no weights.
func TestWeightsInside(t *testing.T) {
	c, trace, v := weighted([2]string{"cells/cell", "kernel"}, [2]string{"cells/cell", "bias"}, [2]string{"cells/cell_1", "kernel"},
		[2]string{"cells/cell_1/inner", "kernel"}, [2]string{"", "scale"})
	for range 2 {
		assert.Same(t, v[1], c.Inside("cells/cell").Weight("bias"))
		assert.Same(t, v[2], c.Inside("cells/cell_1").Weight("kernel"))
		assert.Same(t, v[3], c.Inside("cells/cell_1").Inside("inner").Weight("kernel"))
		assert.Same(t, v[0], c.Inside("cells").Inside("cell").Weight("kernel"))
		assert.Same(t, v[4], c.Weight("scale"))
	}
	c.Inside("cells").Inside("cell_1").Update("kernel", v[4])
	assert.Equal(t, map[int]*runtime.Value{2: v[4]}, trace.Updates)
	assert.NoError(t, c.Err())
	c.Inside("other").Weight("kernel")
	assert.ErrorContains(t, c.Err(), `no weight "kernel"`)
}
