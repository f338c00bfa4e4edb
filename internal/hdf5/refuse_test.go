package hdf5

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Features that are not read are refused by name, where they are.
func TestRefusesByName(t *testing.T) {
	for name, feature := range map[string]string{
		"compound":      "data of type compound",
		"reference":     "data of type reference",
		"variable":      "data of type variable-length of int32",
		"array":         "data of type array of float32",
		"time":          "data of type time",
		"long_double":   "data of type floating-point format of 16 bytes that is not IEEE",
		"precision":     "data of type integer of 17 bits at bit 0 in 4 bytes",
		"n_bit":         "n-bit filter",
		"szip":          "szip filter",
		"scale_offset":  "scale-offset filter",
		"virtual":       "virtual dataset",
		"external_data": "external data files",
		"external_link": "external link",
	} {
		t.Run(name, func(t *testing.T) {
			f := openFile(t, "refused_"+name+".h5")
			_, err := f.Root().Links()
			require.NoError(t, err)
			d, err := f.Root().Dataset("x")
			if err == nil {
				err = d.ReadRaw(make([]byte, d.Bytes()))
				var want *UnsupportedError
				assert.ErrorAs(t, d.ReadFloat32(make([]float32, d.Len())), &want)
				assert.ErrorAs(t, d.ReadInt64(make([]int64, d.Len())), &want)
			}
			var refused *UnsupportedError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, "/x", refused.Path)
			assert.Equal(t, feature, refused.Feature)
			_, err = f.Root().Tree()
			require.ErrorAs(t, err, &refused)
		})
	}
}

func TestRefusesCacheImage(t *testing.T) {
	b, err := os.ReadFile("testdata/refused_cache_image.h5")
	require.NoError(t, err)
	_, err = Open(bytes.NewReader(b), int64(len(b)), Limits{})
	var refused *UnsupportedError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "metadata cache image", refused.Feature)
}

func TestNotFound(t *testing.T) {
	root := openFile(t, "keras_like.h5").Root()
	var missing *NotFoundError
	_, err := root.Group("model_weights/nothing/deeper")
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, NotFoundError{Path: "/", Name: "model_weights/nothing/deeper", Wanted: "group"}, *missing)
	_, err = root.Dataset("model_weights")
	assert.EqualError(t, err, `hdf5: /: "model_weights" must be a dataset, received a group`)
	_, err = root.Group("model_weights/dense/dense/bias:0")
	assert.EqualError(t, err, `hdf5: /: "model_weights/dense/dense/bias:0" must be a group, received a dataset`)
	for name, want := range map[string]bool{"": false, "model_weights/dense/dense/bias:0/below": false, "/model_weights/dense": true} {
		got, err := root.Has(name)
		require.NoError(t, err)
		assert.Equal(t, want, got, "%q", name)
	}
	_, ok, err := root.Attr("nothing")
	assert.NoError(t, err)
	assert.False(t, ok)
}

func TestLinks(t *testing.T) {
	for _, name := range []string{"links_earliest.h5", "links_latest.h5"} {
		root := openFile(t, name).Root()
		for _, path := range []string{"hard", "soft", "target/relative", "/target/data", "target/./data"} {
			d, err := root.Dataset(path)
			require.NoError(t, err, path)
			v := make([]int64, 4)
			require.NoError(t, d.ReadInt64(v))
			assert.Equal(t, []int64{0, 1, 2, 3}, v, path)
		}
		var (
			missing *NotFoundError
			limit   *LimitError
		)
		_, err := root.Dataset("dangling")
		assert.ErrorAs(t, err, &missing)
		_, err = root.Dataset("loop")
		require.ErrorAs(t, err, &limit)
		assert.Equal(t, "SoftLinks", limit.Limit)
	}
}

func TestMismatchedReads(t *testing.T) {
	root := openFile(t, "types_earliest.h5").Root()
	d, err := root.Dataset("f4_little")
	require.NoError(t, err)
	assert.EqualError(t, d.ReadRaw(make([]byte, 47)), "hdf5: /f4_little: buffer must be 48 bytes, received 47")
	assert.EqualError(t, d.ReadFloat32(make([]float32, 13)), "hdf5: /f4_little: buffer must hold 12 elements, received 13")
	assert.EqualError(t, d.ReadFloat64(make([]float64, 13)), "hdf5: /f4_little: buffer must hold 12 elements, received 13")
	assert.ErrorContains(t, d.ReadInt64(make([]int64, 12)), "data of type float32 as integers")
	_, err = d.ReadStrings()
	assert.ErrorContains(t, err, "want strings, received float32")
	top, err := root.Dataset("u8_top")
	require.NoError(t, err)
	assert.ErrorContains(t, top.ReadInt64(make([]int64, 1)), "received 18446744073709551615")

	a, ok, err := openFile(t, "keras_like.h5").Root().Attr("layer_names")
	require.NoError(t, err)
	require.True(t, ok)
	_, err = a.String()
	assert.EqualError(t, err, "hdf5: /@layer_names: attribute at offset "+strconv.FormatInt(a.start, 10)+": want one string, received 3")
	_, err = a.Int64s()
	assert.ErrorContains(t, err, "/@layer_names: unsupported: data of type string as integers")
}

// bfloat16 is opaque to HDF5: an attribute or the caller says what it is.
func TestBFloat16(t *testing.T) {
	root := openFile(t, "types_earliest.h5").Root()
	d, err := root.Dataset("opaque2")
	require.NoError(t, err)
	got := make([]float32, 2)
	require.NoError(t, d.ReadFloat32(got))
	assert.Equal(t, []float32{1, -2}, got)

	tree, err := root.Tree()
	require.NoError(t, err)
	for _, m := range tree.Members {
		if m.Name == "opaque2" {
			m.Dataset.Attrs = nil
		}
	}
	_, again := writeTree(t, tree)
	d, err = again.Root().Dataset("opaque2")
	require.NoError(t, err)
	assert.ErrorContains(t, d.ReadFloat32(got), "data of type opaque2 as numbers")
	clear(got)
	require.NoError(t, d.AsBFloat16().ReadFloat32(got))
	assert.Equal(t, []float32{1, -2}, got)
}
