package normalization_test

import (
	"testing"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

func TestBatchNormalization(t *testing.T) {
	weights := []*runtime.Tensor{layertest.Floats([]int{2}, 1, 2), layertest.Floats([]int{2}, 0.5, 0), layertest.Floats([]int{2}, 1, -1), layertest.Floats([]int{2}, 4, 0.25)}
	x := layertest.Floats([]int{2, 2}, 1, 2, 3, 4)
	got := layertest.Apply(t, "BatchNormalization", `{"epsilon": 0}`, x, weights...)
	require.InDeltaSlice(t, []float32{0.5, 12, 1.5, 20}, got, 1e-5)

	l, _ := layertest.Decode(t, "BatchNormalization", `{"epsilon": 0, "momentum": 0.5}`)
	trained := layertest.Call(t, l, true, weights, []*runtime.Tensor{x}, nil, nil)
	require.InDeltaSlice(t, []float32{-0.5, -2, 1.5, 2}, trained.Out[0].Float32s(), 1e-5)
	require.InDeltaSlice(t, []float32{1.5, 1}, trained.Updates[2].Float32s(), 1e-6)
	require.InDeltaSlice(t, []float32{2.5, 0.625}, trained.Updates[3].Float32s(), 1e-6) // biased: variance 1

	frozen, _ := layertest.Decode(t, "BatchNormalization", `{"epsilon": 0, "trainable": false}`)
	still := layertest.Call(t, frozen, true, weights, []*runtime.Tensor{x}, nil, nil)
	require.InDeltaSlice(t, []float32{0.5, 12, 1.5, 20}, still.Out[0].Float32s(), 1e-5)
	require.Empty(t, still.Updates)
}

func TestBatchNormalizationOfKeras2(t *testing.T) {
	weights := []*runtime.Tensor{layertest.Floats([]int{1}, 0), layertest.Floats([]int{1}, 0)}
	const options = `"momentum": 0, "scale": false, "center": false`
	for rank, want := range map[string]float32{"rank 2": 1, "rank 4": 2} {
		l, problems := layertest.Decode(t, "BatchNormalization", `{"bessel": true, `+options+`}`)
		require.Empty(t, problems)
		shape := []int{2, 1}
		if rank == "rank 4" {
			shape = []int{2, 1, 1, 1}
		}
		got := layertest.Call(t, l, true, weights, []*runtime.Tensor{layertest.Floats(shape, 1, 3)}, nil, nil)
		require.InDelta(t, want, got.Updates[1].Float32s()[0], 1e-6, rank)
	}
}

func TestBatchNormalizationOnOtherAxisAndMask(t *testing.T) {
	weights := []*runtime.Tensor{layertest.Floats([]int{2}, 1, 3), layertest.Floats([]int{2}, 1, 4)}
	got := layertest.Apply(t, "BatchNormalization", `{"epsilon": 0, "axis": 1, "scale": false, "center": false}`,
		layertest.Floats([]int{1, 2, 2}, 1, 2, 3, 4), weights...)
	require.InDeltaSlice(t, []float32{0, 1, 0, 0.5}, got, 1e-6)

	l, _ := layertest.Decode(t, "BatchNormalization", `{"momentum": 0, "scale": false, "center": false}`)
	one := []*runtime.Tensor{layertest.Floats([]int{1}, 0), layertest.Floats([]int{1}, 0)}
	masked := layertest.Call(t, l, true, one, []*runtime.Tensor{layertest.Floats([]int{1, 3, 1}, 1, 3, 100)}, []*runtime.Tensor{layertest.Bools(true, true, false)}, nil)
	require.InDelta(t, 2, masked.Updates[0].Float32s()[0], 1e-5)
	require.InDelta(t, 1, masked.Updates[1].Float32s()[0], 1e-5)
}
