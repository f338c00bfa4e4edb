package keras

import (
	"archive/zip"
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestManySmallBombs: members that are each below the size at which a ratio is
// looked at must not add up to a bomb.
func TestManySmallBombs(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	nothing := make([]byte, 32<<20)
	for i := range 40 {
		w, err := z.Create(fmt.Sprintf("assets/%d", i))
		require.NoError(t, err)
		_, err = w.Write(nothing)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	_, err := Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	var limit *LimitError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, "ZipRatio", limit.Limit)
}

// TestServerLimits: every limit is set, and the seed model loads.
func TestServerLimits(t *testing.T) {
	_, err := Load("../testdata/models/seed/seed_k3.keras", WithLimits(ServerLimits()))
	require.NoError(t, err)
	_, err = FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 3]}},
		{"class_name": "Embedding", "config": {"name": "e", "input_dim": 1000000, "output_dim": 2000}}]}}`), WithLimits(ServerLimits()))
	require.ErrorAs(t, err, new(*LimitError))
}
