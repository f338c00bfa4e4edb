package reshaping_test

import (
	"testing"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

func TestReshapingShapes(t *testing.T) {
	const none = runtime.Unknown
	for _, c := range []struct {
		class, options string
		in, want       runtime.Shape
	}{
		{"Flatten", `{}`, runtime.Shape{none, 2, 3}, runtime.Shape{none, 6}},
		{"Flatten", `{}`, runtime.Shape{none}, runtime.Shape{none, 1}},
		{"Flatten", `{}`, runtime.Shape{none, none, 3}, runtime.Shape{none, none}},
		{"Reshape", `{"target_shape": [-1, 2]}`, runtime.Shape{none, 6}, runtime.Shape{none, 3, 2}},
		{"Permute", `{"dims": [2, 1]}`, runtime.Shape{none, 2, 3}, runtime.Shape{none, 3, 2}},
		{"RepeatVector", `{"n": 4}`, runtime.Shape{none, 3}, runtime.Shape{none, 4, 3}},
	} {
		l, problems := layertest.Decode(t, c.class, c.options)
		require.Empty(t, problems)
		got, err := layertest.BuildAndCall(l, c.in)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%s %s", c.class, c.options)
	}
	l, _ := layertest.Decode(t, "Reshape", `{"target_shape": [4]}`)
	_, err := layertest.BuildAndCall(l, runtime.Shape{none, 6})
	require.ErrorContains(t, err, "reshape: wanted a size that fits (None, 6), received [-2 4]")
	l, _ = layertest.Decode(t, "Permute", `{"dims": [2, 1]}`)
	_, err = layertest.BuildAndCall(l, runtime.Shape{none, 2})
	require.ErrorContains(t, err, "wanted rank 3, received (None, 2)")
}

func TestReshapingValues(t *testing.T) {
	x := layertest.Floats([]int{1, 2, 3}, 1, 2, 3, 4, 5, 6)
	require.Equal(t, []float32{1, 4, 2, 5, 3, 6}, layertest.Apply(t, "Flatten", `{"data_format": "channels_first"}`, x))
	require.Equal(t, []float32{1, 4, 2, 5, 3, 6}, layertest.Apply(t, "Permute", `{"dims": [2, 1]}`, x))
	require.Equal(t, []float32{7, 8, 7, 8, 7, 8}, layertest.Apply(t, "RepeatVector", `{"n": 3}`, layertest.Floats([]int{1, 2}, 7, 8)))
}
