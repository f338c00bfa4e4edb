package pyjson

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMarshal(t *testing.T) {
	half := 0.5
	got, err := Marshal(map[string]any{"b": []float64{1, 1e-7, math.Inf(1)}, "a": &half, "n": (*float64)(nil), "i": 3,
		"lists": [][]any{{"x"}, {}}})
	require.NoError(t, err)
	assert.Equal(t, `{"a": 0.5, "b": [1.0, 1e-07, Infinity], "i": 3, "lists": [["x"], []], "n": null}`, string(got))
}
