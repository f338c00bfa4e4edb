package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

const seed = "../../testdata/models/seed/"

func TestEmbeddings(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(&out, seed+"seed_k3.keras", seed+"rows.csv", "activation_1", 0))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Equal(t, "5 rows, each a vector of 40 numbers from activation_1", lines[0])
	assert.Len(t, lines, 5, "the four other rows")

	err := run(&out, seed+"seed_k3.keras", seed+"rows.csv", "activation_7", 0)
	var name *keras.NameError
	require.ErrorAs(t, err, &name)
	assert.Contains(t, name.Near, "activation_1")
	assert.Error(t, run(&out, seed+"seed_k3.keras", seed+"rows.csv", "dense", 5))
}

func TestNearest(t *testing.T) {
	got := nearest([][]float32{{1, 0}, {0, 2}, {3, 3}, {2, 0}, {0, 0}}, 0)
	var order []int
	for _, n := range got {
		order = append(order, n.row)
	}
	assert.Equal(t, []int{3, 2, 1, 4}, order)
	assert.InDelta(t, 0.7071, got[1].similarity, 1e-4)
}
