package table

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/tensorflow"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

var ofExamples = []keras.Port{port("name", runtime.String, 1), port("x", runtime.Float32, 3, 1), port("n", runtime.Int64)}

func tensorflowsRows(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("../tfrecord/testdata/" + name)
	require.NoError(t, err)
	return b
}

// TestTFRecordOfTensorFlow reads what TensorFlow wrote: features by name, given the
// shapes of the inputs.
func TestTFRecordOfTensorFlow(t *testing.T) {
	r, err := Open(Stream("rows", bytes.NewReader(tensorflowsRows(t, "rows.tfrecord"))), &Wanted{Inputs: ofExamples, Keep: []string{"n"}})
	require.NoError(t, err)
	out, err := r.Next(10)
	require.NoError(t, err)
	assert.Equal(t, []string{"é, one", "", "three"}, out[0].Strings())
	assert.Equal(t, runtime.Shape{3, 3, 1}, out[1].Shape())
	assert.Equal(t, []float32{0.5, -1.25, 1e-7, 1, 2, 3}, out[1].Float32s()[:6])
	assert.True(t, math.IsNaN(float64(out[1].Float32s()[6])))
	assert.Equal(t, []int64{-3, 1 << 31, 7}, out[2].Int64s())
	assert.Equal(t, []string{"-3", "2147483648", "7"}, out[3].Strings())
	_, err = r.Next(10)
	var row *RowError
	require.ErrorAs(t, err, &row)
	assert.ErrorContains(t, err, `row 4: feature "x": `)
	assert.ErrorContains(t, err, "(3, 1)")
}

func TestTFRecordIsUnpacked(t *testing.T) {
	r, err := Open(Stream("rows", bytes.NewReader(tensorflowsRows(t, "rows.tfrecord.gz"))), &Wanted{Inputs: ofExamples})
	require.NoError(t, err)
	_, shapes, err := all(r, 10)
	require.NoError(t, err)
	assert.Equal(t, []string{"string(1, 1)float32(1, 3, 1)int64(1,)"}, shapes)
}

// TestTFRecordMissing: a feature without values is missing.
func TestTFRecordMissing(t *testing.T) {
	inputs := []keras.Port{port("x", runtime.Float32, runtime.Unknown), port("n", runtime.Float32, 1)}
	for missing, want := range map[string]string{"": "wanted a value", "nan": ""} {
		r, err := Open(Stream("rows", bytes.NewReader(tensorflowsRows(t, "rows.tfrecord"))), &Wanted{Inputs: inputs, AllowExtra: true, Missing: missing})
		require.NoError(t, err)
		out, err := r.Next(10)
		require.NoError(t, err)
		assert.Equal(t, runtime.Shape{3, 3}, out[0].Shape())
		if out, err = r.Next(10); want != "" {
			assert.ErrorContains(t, err, want)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, []float32{1, 2}, out[0].Float32s())
		assert.True(t, math.IsNaN(float64(out[1].Float32s()[0])))
	}
}

// TestTFRecordDamaged: what is wrong is named, and a row whose content is damaged is
// passed over.
func TestTFRecordDamaged(t *testing.T) {
	good := tensorflowsRows(t, "rows.tfrecord")
	first := 12 + int(binary.LittleEndian.Uint64(good)) + 4
	second := first + 12 + int(binary.LittleEndian.Uint64(good[first:])) + 4
	broken := func(at int, b byte) []byte {
		out := bytes.Clone(good[:second])
		out[at] ^= b
		return out
	}
	huge := binary.LittleEndian.AppendUint64(bytes.Clone(good[:first]), 1<<40)
	huge = binary.LittleEndian.AppendUint32(huge, tensorflow.Checksum(huge[first:]))
	for _, c := range []struct {
		data []byte
		want string
		rows int // that can be read
	}{
		{broken(20, 1), "the checksum of the record", 1},
		{broken(first+20, 1), "row 2: the checksum of the record", 1},
		{broken(first, 1), "row 2: the checksum of a record's length", 1},
		{good[:second-1], "row 2: the file is cut off", 1},
		{good[:first+5], "row 2: the file is cut off", 1},
		{huge, "row 2: a record must be at most", 1},
	} {
		r, err := Open(Stream("rows", bytes.NewReader(c.data)), &Wanted{Inputs: ofExamples})
		require.NoError(t, err)
		rows, failed := 0, error(nil)
		for range 3 {
			out, err := r.Next(10)
			if err == nil {
				rows += out[0].Shape()[0]
			} else if failed == nil {
				failed = err
			}
		}
		assert.ErrorContains(t, failed, c.want)
		assert.Equal(t, c.rows, rows, c.want)
	}
}
