package kerasbeam

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

func port(name string, t runtime.DType, shape ...int) keras.Port {
	return keras.Port{Name: name, Type: runtime.Type{DType: t, Shape: append(runtime.Shape{runtime.Unknown}, shape...)}}
}

var everyType = []keras.Port{port("f", runtime.Float32, 2), port("i", runtime.Int32), port("l", runtime.Int64, 1), port("b", runtime.Bool, 2), port("s", runtime.String, runtime.Unknown, 1)}

func tensorOf[T float32 | int32 | int64 | bool | string](t *testing.T, v []T, shape ...int) *runtime.Tensor {
	t.Helper()
	out, err := runtime.TensorOf(v, shape...)
	require.NoError(t, err)
	return out
}

func TestRowsArePackedAndUnpacked(t *testing.T) {
	in := []*runtime.Tensor{
		tensorOf(t, []float32{1, -2, 1e-40, 4}, 2, 2), tensorOf(t, []int32{-1, 1 << 30}, 2), tensorOf(t, []int64{-1 << 60, 5}, 2, 1),
		tensorOf(t, []bool{true, false, false, true}, 2, 2), tensorOf(t, []string{"a", "", "é", "long"}, 2, 2, 1),
	}
	u := newUnpacker(everyType)
	for row := range 2 {
		data, err := PackRow(everyType, in, row)
		require.NoError(t, err)
		require.NoError(t, u.add(data))
	}
	out, err := u.tensors()
	require.NoError(t, err)
	assert.Equal(t, in[0].Float32s(), out[0].Float32s())
	assert.Equal(t, in[1].Int32s(), out[1].Int32s())
	assert.Equal(t, in[2].Int64s(), out[2].Int64s())
	assert.Equal(t, in[3].Bools(), out[3].Bools())
	assert.Equal(t, in[4].Strings(), out[4].Strings())
	for i := range in {
		assert.Equal(t, in[i].Type(), out[i].Type())
	}
	in[4] = tensorOf(t, []string{"a", "b"}, 2, 1, 1)
	data, err := PackRow(everyType, in, 0)
	require.NoError(t, err)
	assert.ErrorIs(t, u.add(data), errOther)
	_, err = PackRow(everyType, in, 2)
	assert.ErrorContains(t, err, "row 2")
	answer := Answer{Data: data}
	out, err = answer.Unpack(everyType)
	require.NoError(t, err)
	assert.Equal(t, runtime.Shape{1, 1, 1}, out[4].Shape())
}

// FuzzUnpack: a row of another model, or of nobody, is an error.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, 23))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 'a', 'b', 'c'})
	f.Fuzz(func(t *testing.T, data []byte) {
		u := newUnpacker(everyType)
		if u.add(data) != nil {
			return
		}
		out, err := u.tensors()
		require.NoError(t, err)
		back, err := PackRow(everyType, out, 0)
		require.NoError(t, err)
		require.NoError(t, newUnpacker(everyType).add(back))
	})
}
