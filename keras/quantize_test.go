package keras_test

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

const quantized = "../testdata/quantize/"

var quantizations = map[string]keras.Quantization{
	"int8": {Mode: "int8"}, "int4": {Mode: "int4"}, "int4_1": {Mode: "int4", Block: 1}, "int4_3": {Mode: "int4", Block: 3},
	"int4_4": {Mode: "int4", Block: 4}, "int4_5": {Mode: "int4", Block: 5}, "int4_channels": {Mode: "int4", Block: -1},
}

// The arrays are those of model.quantize, byte for byte, and so are they after a
// file was written and read.
func TestQuantizeIsKeras(t *testing.T) {
	for _, name := range []string{"dense", "embedded", "einsum"} {
		for suffix, q := range quantizations {
			t.Run(name+"_"+suffix, func(t *testing.T) {
				m, err := keras.Load(quantized + name + "_float.keras")
				require.NoError(t, err)
				want, err := keras.Load(quantized + name + "_" + suffix + ".keras")
				require.NoError(t, err)
				got, err := m.Quantize(q)
				require.NoError(t, err)
				same(t, want, got)

				path := filepath.Join(t.TempDir(), "quantized.keras")
				require.NoError(t, got.Save(path))
				again, err := keras.Load(path)
				require.NoError(t, err)
				same(t, want, again)
			})
		}
	}
}

func same(t *testing.T, want, got *keras.Model) {
	t.Helper()
	require.Equal(t, len(want.Weights()), len(got.Weights()))
	for i, w := range want.Weights() {
		g := got.Weights()[i]
		require.Equal(t, w.Path+"/"+w.Name, g.Path+"/"+g.Name)
		require.Equal(t, w.Value.Bytes(), g.Value.Bytes(), w.Path+"/"+w.Name)
		require.Equal(t, w.Stored == nil, g.Stored == nil)
		if w.Stored != nil {
			require.Equal(t, w.Stored.Data, g.Stored.Data)
			require.Equal(t, w.Stored.DType, g.Stored.DType)
		}
	}
}

func TestQuantizeKeeps(t *testing.T) {
	m, err := keras.Load(quantized + "dense_float.keras")
	require.NoError(t, err)
	q, err := m.Quantize(keras.Quantization{Mode: "int8", Keep: []string{"last"}})
	require.NoError(t, err)
	require.Equal(t, "int8", q.Weights()[0].DType)
	last := q.Weights()[len(q.Weights())-1]
	require.Equal(t, m.Weights()[2].Value.Bytes(), last.Value.Bytes())

	only, err := m.Quantize(keras.Quantization{Mode: "int8", Layers: []string{"first"}})
	require.NoError(t, err)
	same(t, q, only)
	for _, c := range []struct{ layers, keep []string }{{[]string{"first"}, []string{"first"}}, {[]string{"last", "first"}, []string{"last"}}} {
		_, err = m.Quantize(keras.Quantization{Mode: "int8", Layers: c.layers, Keep: c.keep})
		require.ErrorContains(t, err, "cannot be quantized")
	}
	_, err = m.Quantize(keras.Quantization{Mode: "int8", Layers: []string{"first", "lost"}})
	require.ErrorAs(t, err, new(*keras.NameError))

	_, err = m.Quantize(keras.Quantization{Mode: "int8", Keep: []string{"lost"}})
	require.ErrorAs(t, err, new(*keras.NameError))
	_, err = m.Quantize(keras.Quantization{Mode: "int8", Keep: []string{"first", "last"}})
	require.ErrorContains(t, err, "no layer to quantize")
	_, err = q.Quantize(keras.Quantization{Mode: "int8"})
	require.ErrorContains(t, err, `layer "first" is quantized to int8 already`)
	for _, bad := range []keras.Quantization{{}, {Mode: "float8"}, {Mode: "int8", Block: 3}, {Mode: "int4", Block: -2}} {
		_, err = m.Quantize(bad)
		require.ErrorContains(t, err, "quantization must be")
	}
}

// TestQuantizedArraysAreChecked holds that scales and groups that no Keras writes are a
// FormatError with layer, array and numbers.
func TestQuantizedArraysAreChecked(t *testing.T) {
	const groups = "at least 0 and below 3, the number of groups"
	for _, c := range []struct {
		file, weight string
		number       float32
		wanted       string
	}{
		{"quantize/dense_int8", "kernel_scale", 0, "a finite scale other than 0"},
		{"quantize/dense_int8", "kernel_scale", float32(math.NaN()), "a finite scale other than 0"},
		{"quantize/dense_int4_channels", "kernel_scale", float32(math.Inf(1)), "a finite scale other than 0"},
		{"quantize/dense_int4_3", "kernel_scale", 0, "a finite scale other than 0"},
		{"quantize/dense_int4_3", "g_idx", 3, groups},
		{"quantize/dense_int4_3", "g_idx", -1, groups},
		{"quantize/dense_int4_3", "g_idx", float32(math.NaN()), groups},
		{"models/layers/Quantized_gptq_dense_groups_k3", "g_idx", 3, groups},
		{"models/layers/Quantized_gptq_dense_groups_k3", "kernel_scale", 0, "a finite scale other than 0"},
		{"models/layers/Quantized_awq_dense_groups_k3", "awq_scales", 0, "a finite scale other than 0"},
	} {
		m, err := keras.Load("../testdata/" + c.file + ".keras")
		require.NoError(t, err)
		var values []*runtime.Tensor
		spoilt := false
		for _, w := range m.Weights() {
			v := w.Value
			if w.Name == c.weight && !spoilt {
				v, spoilt = v.Clone(), true
				v.Float32s()[1] = c.number
			}
			values = append(values, v)
		}
		require.True(t, spoilt)
		m, err = m.WithWeights(values)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "spoilt.keras")
		require.NoError(t, m.Save(path))
		_, err = keras.Load(path)
		var broken *keras.FormatError
		require.ErrorAs(t, err, &broken, "%+v", c)
		require.Contains(t, []string{"first", "dense", "dense_1"}, broken.Layer)
		require.Contains(t, broken.What, c.weight+": number 1 of ")
		require.Equal(t, c.wanted, broken.Wanted)
		require.Equal(t, fmt.Sprint(c.number), broken.Received)
	}
}

// An archive whose configuration says nothing of quantized projections is written so
// that it does.
func TestQuantizedAttentionIsTold(t *testing.T) {
	for _, mode := range []string{"int8", "int4", "int4_blocks", "float8"} {
		m, err := keras.Load("../testdata/models/layers/Quantized_" + mode + "_attention_untold_k3.keras")
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "told.keras")
		require.NoError(t, m.Save(path))
		again, err := keras.Load(path)
		require.NoError(t, err)
		same(t, m, again)
		require.Contains(t, string(again.Origin().Config), `"several/attention_output"`)
		require.Contains(t, string(again.Origin().Config), `"grouped/query"`)
	}
}

// Where the zeros of GPTQ are missing, the error says why.
func TestZerosThatKerasLeavesOut(t *testing.T) {
	m, err := keras.Load(quantized + "lacks_zeros.keras")
	require.Nil(t, m)
	require.ErrorAs(t, err, new(*keras.FormatError))
	require.ErrorContains(t, err, "leave the zeros of GPTQ and AWQ out of a file")
}
