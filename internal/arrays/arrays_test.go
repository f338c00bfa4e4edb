package arrays

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/runtime"
)

func TestTensor(t *testing.T) {
	for _, c := range []struct {
		from *npz.Array
		to   runtime.DType
		want any
	}{
		{npz.Of([]float64{1.5, -2}), runtime.Float32, []float32{1.5, -2}},
		{npz.Of([]bool{true, false}), runtime.Float32, []float32{1, 0}},
		{npz.Of([]float32{2.9, -2.9}), runtime.Int32, []int32{2, -2}},
		{npz.Of([]int64{1<<53 + 1, -1}), runtime.Int64, []int64{1<<53 + 1, -1}},
		{npz.Of([]uint8{255, 0}), runtime.Int32, []int32{255, 0}},
		{npz.Of([]int32{7, -7}), runtime.Bool, []bool{true, true}},
		{npz.Of([]float64{0, 0.5}), runtime.Bool, []bool{false, true}},
		{&npz.Array{DType: "f2", Shape: []int{2}, Data: []uint16{0x3c00, 0xc000}}, runtime.Int64, []int64{1, -2}},
	} {
		got, err := Tensor(c.from, c.to)
		require.NoError(t, err)
		assert.Equal(t, c.want, Array(got).Data, "%s to %s", c.from.DType, c.to)
	}
	for _, a := range []*npz.Array{npz.Of([]float64{math.NaN()}), npz.Of([]float64{1e300}), npz.Of([]float64{-1e300}), npz.Of([]uint64{math.MaxUint64}), npz.Of([]string{"a"})} {
		_, err := Tensor(a, runtime.Int64)
		assert.Error(t, err, "%v", a.Data)
		_, err = Tensor(a, runtime.Int32)
		assert.Error(t, err, "%v", a.Data)
	}
	_, err := Tensor(npz.Of([]int64{1 << 31}), runtime.Int32)
	assert.ErrorContains(t, err, "32-bit")
}
