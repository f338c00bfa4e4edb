package oip

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

func TestFromRaw(t *testing.T) {
	for datatype, raw := range map[string][]byte{
		"FP32": {0, 0, 128, 63, 0, 0, 0, 192}, "FP16": {0, 0x3c, 0, 0xc0}, "BF16": {0x80, 0x3f, 0, 0xc0},
		"FP64": {0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0},
		"INT8": {1, 0xfe}, "INT16": {1, 0, 0xfe, 0xff}, "INT32": {1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff},
		"INT64": {1, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		x, err := FromRaw("x", runtime.Float32, datatype, []int{2, 1}, raw)
		require.NoError(t, err, datatype)
		assert.Equal(t, []float32{1, -2}, x.Float32s(), datatype)
		if datatype[0] == 'I' {
			x, err := FromRaw("x", runtime.Int64, datatype, []int{2}, raw)
			require.NoError(t, err, datatype)
			assert.Equal(t, []int64{1, -2}, x.Int64s(), datatype)
		}
	}
	for datatype, raw := range map[string][]byte{"UINT8": {1, 2}, "UINT16": {1, 0, 2, 0}, "UINT32": {1, 0, 0, 0, 2, 0, 0, 0}, "UINT64": {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0}} {
		x, err := FromRaw("x", runtime.Int32, datatype, []int{2}, raw)
		require.NoError(t, err, datatype)
		assert.Equal(t, []int32{1, 2}, x.Int32s(), datatype)
	}
	b, err := FromRaw("x", runtime.Bool, "BOOL", []int{3}, []byte{0, 1, 7})
	require.NoError(t, err)
	assert.Equal(t, []byte{0, 1, 1}, Raw(b), "no byte but 0 and 1 reaches a tensor")
}

func TestFromRawErrors(t *testing.T) {
	for says, ask := range map[string]func() error{
		"wanted 4 bytes for 1 elements of FP32, received 3": func() error { return second(FromRaw("x", runtime.Float32, "FP32", []int{1}, make([]byte, 3))) },
		`wanted the datatype INT32, received "FP32"`:        func() error { return second(FromRaw("x", runtime.Int32, "FP32", []int{1}, make([]byte, 4))) },
		"must fit 32-bit integers":                          func() error { return second(FromRaw("x", runtime.Int32, "UINT32", []int{1}, []byte{0, 0, 0, 0x80})) },
		"must be <=": func() error {
			return second(FromRaw("x", runtime.Int64, "UINT64", []int{1}, []byte{0, 0, 0, 0, 0, 0, 0, 0x80}))
		},
		"sizes from 0": func() error { return second(FromRaw("x", runtime.Float32, "FP32", []int{-1}, nil)) },
		"at most":      func() error { return second(FromRaw("x", runtime.Float32, "FP32", []int{1 << 20, 1 << 20, 0}, nil)) },
	} {
		assert.ErrorContains(t, ask(), says)
	}
}

func second(_ *runtime.Tensor, err error) error { return err }
