package table

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// asParquet writes tensors as the columns of a file.
func asParquet(t *testing.T, ports []keras.Port, tensors ...*runtime.Tensor) []byte {
	t.Helper()
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	w, err := format(t, "parquet").NewWriter(out, ports)
	require.NoError(t, err)
	require.NoError(t, w.Write(tensors))
	require.NoError(t, w.Close())
	require.NoError(t, out.Flush())
	return b.Bytes()
}

func tensorOf[T float32 | int32 | int64 | bool | string](t *testing.T, v []T, shape ...int) *runtime.Tensor {
	t.Helper()
	out, err := runtime.TensorOf(v, shape...)
	require.NoError(t, err)
	return out
}

func TestParquetRoundTrip(t *testing.T) {
	ports := []keras.Port{port("n", runtime.Int64), port("v", runtime.Float32, 3), port("m", runtime.Int32, 2, 1), port("s", runtime.String, 1), port("b", runtime.Bool, 2)}
	tensors := []*runtime.Tensor{
		tensorOf(t, []int64{1 << 60, -1}, 2), tensorOf(t, []float32{1, 2, 3, 4, 5, 1e-40}, 2, 3), tensorOf(t, []int32{1, 2, 3, 4}, 2, 2, 1),
		tensorOf(t, []string{"a", ""}, 2, 1), tensorOf(t, []bool{true, false, false, true}, 2, 2),
	}
	data := asParquet(t, ports, tensors...)
	wanted := []keras.Port{ports[3], ports[1], ports[0], ports[4], ports[2]} // matched by name
	r, err := Open(Stream("rows", bytes.NewReader(data)), &Wanted{Inputs: wanted})
	require.NoError(t, err)
	batches, _, err := all(r, 10)
	require.NoError(t, err)
	require.Len(t, batches, 1)
	for i, at := range []int{3, 1, 0, 4, 2} {
		assert.Equal(t, tensors[at].Type(), batches[0][i].Type())
		assert.Equal(t, elementsOfRow(tensors[at], 0, 1), elementsOfRow(batches[0][i], 0, 1))
	}
}

// TestParquetByGroup reads the row groups of a file one by one.
func TestParquetByGroup(t *testing.T) {
	f, err := os.Open("../parquet/testdata/zstd_v2_groups.parquet")
	require.NoError(t, err)
	defer f.Close()
	groups, err := ParquetGroups(Stream("rows", f))
	require.NoError(t, err)
	assert.Equal(t, []int64{25, 25, 10}, groups)
	ports := []keras.Port{port("f32", runtime.Float32)}
	read := func(group int) (out []float32) {
		r, err := Open(Stream("rows", f), &Wanted{Inputs: ports, AllowExtra: true, Group: group})
		require.NoError(t, err)
		batches, _, err := all(r, 100)
		require.NoError(t, err)
		for _, b := range batches {
			out = append(out, b[0].Float32s()...)
		}
		_, err = f.Seek(0, io.SeekStart)
		require.NoError(t, err)
		return out
	}
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
	assert.Equal(t, read(0), slices.Concat(read(1), read(2), read(3)))
	_, err = Open(Stream("rows", f), &Wanted{Inputs: ports, AllowExtra: true, Group: 4})
	assert.ErrorContains(t, err, "row group 3 of a file of 3")
	groups, err = ParquetGroups(Stream("rows", strings.NewReader("1,2\n")))
	require.NoError(t, err)
	assert.Nil(t, groups)
}

// TestParquetOfScalarColumns: columns of numbers make up a vector, as those of CSV do.
func TestParquetOfScalarColumns(t *testing.T) {
	ports := []keras.Port{port("x_1", runtime.Float32), port("id", runtime.Int64), port("x_0", runtime.Int32)}
	data := asParquet(t, ports, tensorOf(t, []float32{1, 2}, 2), tensorOf(t, []int64{7, 8}, 2), tensorOf(t, []int32{3, 4}, 2))
	_, err := Open(Stream("rows", bytes.NewReader(data)), &Wanted{Inputs: onePort})
	assert.ErrorContains(t, err, "nothing takes id")
	r, err := Open(Stream("rows", bytes.NewReader(data)), &Wanted{Inputs: onePort, AllowExtra: true})
	require.NoError(t, err)
	batches, shapes, err := all(r, 1)
	require.NoError(t, err)
	assert.Equal(t, []string{"float32(1, 2)", "float32(1, 2)"}, shapes)
	assert.Equal(t, []float32{4, 2}, batches[1][0].Float32s())
}

// TestParquetOfPyarrow reads columns as models take them: decimals, half
// precision, lists of a fixed size, lists within lists, and says where a null is.
func TestParquetOfPyarrow(t *testing.T) {
	b, err := os.ReadFile("../parquet/testdata/zstd_v2_groups.parquet")
	require.NoError(t, err)
	ports := []keras.Port{port("dec", runtime.Float32), port("f16", runtime.Float32), port("fixed", runtime.Float32, 5), port("image", runtime.Int32, 2, 3), port("text", runtime.String), port("in.b", runtime.Float32, runtime.Unknown)}
	r, err := Open(Stream("rows", bytes.NewReader(b)), &Wanted{Inputs: ports, AllowExtra: true})
	require.NoError(t, err)
	batches, shapes, err := all(r, 100)
	require.NoError(t, err)
	assert.Equal(t, []string{"float32(60,)float32(60,)float32(60, 5)int32(60, 2, 3)string(60,)float32(60, 2)"}, shapes)
	assert.Equal(t, []float32{-50, -49.63, -49.26}, batches[0][0].Float32s()[:3])
	assert.Equal(t, []int32{59, 1, 2, 3, 4, 59}, batches[0][3].Int32s()[59*6:])

	for name, want := range map[string]string{"nulls": `row 4, column "nulls": wanted a value`, "day": `wanted a number, received "1969-12-01"`, "vector": "received (5,)"} {
		r, err := Open(Stream("rows", bytes.NewReader(b)), &Wanted{Inputs: []keras.Port{port(name, runtime.Float32, 1)}, AllowExtra: true})
		require.NoError(t, err)
		_, _, err = all(r, 100)
		assert.ErrorContains(t, err, want)
	}
}
