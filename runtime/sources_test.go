package runtime

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSources(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Int32, Shape{Unknown, 4}})
	y := b.Input("y", Type{Int32, Shape{Unknown, 4}})
	moved := b.Transpose(x, 1, 0)
	assert.Equal(t, []*Value{x}, moved.Sources())
	assert.Equal(t, []*Value{x, y}, b.Concat(1, x, y).Sources())
	assert.Equal(t, []*Value{x}, b.Max(x, []int{1}, false).Sources())
	assert.Empty(t, b.Sum(x, []int{1}, false).Sources(), "computed")
	assert.Empty(t, x.Sources())
}
