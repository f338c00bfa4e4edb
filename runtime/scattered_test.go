package runtime

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two uses of a table leave two sets of rows; a term of another kind leaves none.
func TestScattered(t *testing.T) {
	b := NewBuilder()
	table := b.Input("table", Type{Float32, Shape{5, 3}})
	one, two := b.Input("one", Type{Int32, Shape{4}}), b.Input("two", Type{Int32, Shape{2, 2}})
	sum := b.Add(b.Sum(b.Gather(table, one), nil, false), b.Sum(b.Square(b.Gather(table, two)), nil, false))
	gradient := func(y *Value) *Value { return Gradient(b, []*Value{y}, []*Value{b.Scalar(1)}, []*Value{table})[0] }

	rows, index := Scattered(gradient(sum))
	require.Len(t, rows, 2)
	assert.ElementsMatch(t, []*Value{one, two}, index)

	rows, _ = Scattered(gradient(b.Add(sum, b.Sum(b.Square(table), nil, false))))
	assert.Empty(t, rows)
	require.NoError(t, b.err)
}
