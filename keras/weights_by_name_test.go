package keras

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/layers"
)

func arraysNamed(names ...string) []array {
	out := make([]array, len(names))
	for i, n := range names {
		out[i].name = n
	}
	return out
}

func weightsAt(paths ...string) []*Weight {
	out := make([]*Weight, len(paths))
	for i, p := range paths {
		out[i] = &Weight{Weight: layers.Weight{Name: baseName(p), Path: p}}
	}
	return out
}

func TestByNameTakesTheMostAlike(t *testing.T) {
	got, err := byName(
		arraysNamed("mha/output_dense/kernel", "mha/query/kernel", "mha/query/bias", "dw/depthwise_kernel"),
		weightsAt("mha/query/kernel", "mha/query/bias", "mha/attention_output/kernel", "dw/kernel"))
	require.NoError(t, err)
	require.Equal(t, arraysNamed("mha/query/kernel", "mha/query/bias", "mha/output_dense/kernel", "dw/depthwise_kernel"), got)
}

// Names that no weight tells apart would take the square of their number.
func TestByNameIsBounded(t *testing.T) {
	const n = 20_000
	names, paths := make([]string, n), make([]string, n)
	for i := range n {
		names[i], paths[i] = fmt.Sprintf("c%d/kernel", i), fmt.Sprintf("cell_%d/kernel", i)
	}
	_, err := byName(arraysNamed(names...), weightsAt(paths...))
	var e *UnsupportedError
	require.ErrorAs(t, err, &e)
}
