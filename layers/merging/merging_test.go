package merging_test

import (
	"testing"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

// The expected numbers are Keras 3.15's; keras2_masks gives those of 2.15.
func TestMergeMasks(t *testing.T) {
	x := layertest.Floats([]int{1, 3, 1}, 1, 2, 3)
	y := layertest.Floats([]int{1, 3, 1}, 5, -6, 7)
	mx, my := layertest.Bools(true, false, false), layertest.Bools(true, true, false)
	for _, c := range []struct {
		class, options string
		masks          []*runtime.Tensor
		want           []float32
		mask           []bool // nil: none
	}{
		{"Add", `{}`, nil, []float32{6, -4, 10}, nil},
		{"Add", `{}`, []*runtime.Tensor{mx, nil}, []float32{6, -4, 10}, nil},
		{"Add", `{}`, []*runtime.Tensor{mx, my}, []float32{6, -4, 10}, []bool{true, true, false}},
		{"Add", `{"keras2_masks": true}`, []*runtime.Tensor{mx, my}, []float32{6, -4, 10}, []bool{true, false, false}},
		{"Add", `{"keras2_masks": true}`, []*runtime.Tensor{mx, nil}, []float32{6, -4, 10}, []bool{true, false, false}},
		{"Average", `{}`, nil, []float32{3, -2, 5}, nil},
		{"Subtract", `{}`, nil, []float32{-4, 8, -4}, nil},
		{"Multiply", `{}`, nil, []float32{5, -12, 21}, nil},
		{"Multiply", `{}`, []*runtime.Tensor{mx, my}, []float32{5, -6, 0}, []bool{true, true, false}},
		{"Multiply", `{}`, []*runtime.Tensor{mx, nil}, []float32{5, -6, 7}, nil},
		{"Multiply", `{"keras2_masks": true}`, []*runtime.Tensor{mx, my}, []float32{5, -12, 21}, []bool{true, false, false}},
		{"Maximum", `{}`, nil, []float32{5, 2, 7}, nil},
		{"Maximum", `{}`, []*runtime.Tensor{mx, my}, []float32{5, -6, 3}, []bool{true, true, false}},
		{"Minimum", `{}`, []*runtime.Tensor{nil, my}, []float32{1, -6, 3}, nil},
		{"Concatenate", `{}`, []*runtime.Tensor{mx, my}, []float32{1, 5, 2, -6, 3, 7}, []bool{true, true, false}},
		{"Concatenate", `{"keras2_masks": true}`, []*runtime.Tensor{mx, my}, []float32{1, 5, 2, -6, 3, 7}, []bool{true, false, false}},
		{"Concatenate", `{"axis": 1}`, []*runtime.Tensor{mx, nil}, []float32{1, 2, 3, 5, -6, 7}, []bool{true, false, false, true, true, true}},
	} {
		l, problems := layertest.Decode(t, c.class, c.options)
		require.Empty(t, problems)
		got := layertest.Call(t, l, false, nil, []*runtime.Tensor{x, y}, c.masks, nil)
		require.InDeltaSlice(t, c.want, got.Out[0].Float32s(), 1e-6, "%s %s", c.class, c.options)
		if c.mask == nil {
			require.Nil(t, got.Masks[0], "%s %s", c.class, c.options)
			continue
		}
		require.NotNil(t, got.Masks[0], "%s %s", c.class, c.options)
		require.Equal(t, c.mask, got.Masks[0].Bools(), "%s %s", c.class, c.options)
	}
}

func TestMergeAlignsRanks(t *testing.T) {
	l, _ := layertest.Decode(t, "Add", `{}`)
	got := layertest.Call(t, l, false, nil, []*runtime.Tensor{layertest.Floats([]int{1, 2}, 1, 2), layertest.Floats([]int{1, 2, 2}, 10, 20, 30, 40)}, nil, nil)
	require.Equal(t, []float32{11, 22, 31, 42}, got.Out[0].Float32s())
}

func TestDot(t *testing.T) {
	x, y := layertest.Floats([]int{1, 2}, 3, 4), layertest.Floats([]int{1, 2}, 6, -8)
	dot := func(options string, in ...*runtime.Tensor) *runtime.Tensor {
		l, problems := layertest.Decode(t, "Dot", options)
		require.Empty(t, problems)
		return layertest.Call(t, l, false, nil, in, nil, nil).Out[0]
	}
	got := dot(`{"axes": 1}`, x, y)
	require.Equal(t, runtime.Shape{1, 1}, got.Shape())
	require.Equal(t, []float32{-14}, got.Float32s())
	require.InDelta(t, -0.28, dot(`{"axes": -1, "normalize": true}`, x, y).Float32s()[0], 1e-6)
	z := layertest.Floats([]int{1, 3, 2}, 1, 2, 3, 4, 5, 6)
	require.Equal(t, []float32{11, 25, 39}, dot(`{"axes": [1, 2]}`, x, z).Float32s())
	require.Equal(t, []float32{35, 44, 44, 56}, dot(`{"axes": 1}`, z, z).Float32s())
}
