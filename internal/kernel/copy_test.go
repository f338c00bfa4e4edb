package kernel

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCopy2D(t *testing.T) {
	src := []float32{1, 2, 3, 4, 5, 6}
	dst := make([]float32, 5)
	Copy2D(dst, src, 2, 2, 3, 4)
	assert.Equal(t, []float32{1, 2, 0, 5, 6}, dst)
	Copy2D(dst, src, 2, 2, 2, 2)
	assert.Equal(t, []float32{1, 2, 3, 4, 6}, dst)
}

func TestCopyStrided(t *testing.T) {
	dst := make([]float32, 3)
	CopyStrided(dst, []float32{1, 2, 3, 4, 5}, 2)
	assert.Equal(t, []float32{1, 3, 5}, dst)
}

func TestGatherRows(t *testing.T) {
	table := []float32{0, 1, 10, 11, 20, 21}
	dst := make([]float32, 4)
	assert.Equal(t, -1, GatherRows(dst, table, []int32{2, 0}, 2))
	assert.Equal(t, []float32{20, 21, 0, 1}, dst)
	assert.Equal(t, 1, GatherRows(dst, table, []int32{1, 3}, 2))
	assert.Equal(t, 0, GatherRows(dst, table, []int32{-1, 1}, 2))
}
