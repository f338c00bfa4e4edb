package runtime

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func tokensOf(t *Tokens, texts ...string) []string {
	var out []string
	z := tokenizer{Tokens: t}
	z.each(texts, func(token []byte) { out = append(out, string(token)) })
	return out
}

func TestTokens(t *testing.T) {
	assert.Equal(t, []string{"a", "É", "c"}, tokensOf(&Tokens{Lower: true, Split: AtBlanks}, " A\t\vÉ\r\nC "))
	assert.Equal(t, []string{"A", "É"}, tokensOf(&Tokens{Strip: true, Split: AtBlanks}, "[A] É! ..."))
	assert.Equal(t, []string{"é", "\uFFFD", "b"}, tokensOf(&Tokens{Split: IntoCharacters}, "é\xffb"))
	assert.Equal(t, []string{"a b", "b c", "a", "b", "c"}, tokensOf(&Tokens{Split: AtBlanks, NGrams: []int{2, 1}}, "a b c"))
	assert.Equal(t, []string{"x y", "y z"}, tokensOf(&Tokens{NGrams: []int{2}}, "x", "y", "z"))
	assert.Empty(t, tokensOf(&Tokens{Split: AtBlanks, NGrams: []int{3}}, "a b"))
}

// TestTheLongestTextDecides has sequences whose length no shape tells.
func TestTheLongestTextDecides(t *testing.T) {
	words := &Tokens{Split: AtBlanks, Table: &Table{Strings: map[string]int64{"a": 2, "b": 3}, Rest: Buckets{First: 1, Count: 1}}}
	b := NewBuilder()
	x := b.Input("x", Type{String, Shape{Unknown, 1}})
	y := b.Input("y", Type{Int64, Shape{Unknown}})
	numbers := b.TokenNumbers(b.Squeeze(x, -1), words, Unknown)
	g, err := b.Graph(numbers, b.Cast(y, Float32))
	require.NoError(t, err)
	p, err := Compile(g, Options{Threads: 2})
	require.NoError(t, err)
	require.Len(t, p.Inputs(), 2, "the caller does not feed the length")
	ids, _ := TensorOf([]int64{7, 8, 9}, 3)
	for _, c := range []struct {
		texts  []string
		length int
		want   []int64
	}{
		{[]string{"a b c", "", "b"}, 3, []int64{2, 3, 1, 0, 0, 0, 3, 0, 0}},
		{[]string{"a", "b", "z"}, 1, []int64{2, 3, 1}},
		{[]string{"", " ", ""}, 0, []int64{}},
	} {
		in := stringsOf(t, []int{3, 1}, slices.Clone(c.texts)...)
		out := make([]*Tensor, 2)
		require.NoError(t, p.Run(context.Background(), []*Tensor{in, ids}, out))
		assert.Equal(t, Shape{3, c.length}, out[0].Shape())
		assert.Equal(t, c.want, append([]int64{}, out[0].Int64s()...))
		assert.Equal(t, []float32{7, 8, 9}, out[1].Float32s())
		_, err := p.Profile(context.Background(), []*Tensor{in, ids}, 1)
		require.NoError(t, err)
	}
	cost, err := p.Cost(context.Background(), Shape{3, 1}, Shape{3})
	require.NoError(t, err)
	assert.Positive(t, cost.Bytes)
	var e *ShapeError
	require.ErrorAs(t, p.Run(context.Background(), []*Tensor{ids}, make([]*Tensor, 2)), &e)
	assert.Equal(t, "2", e.Wanted)
	require.ErrorAs(t, p.Run(context.Background(), []*Tensor{ids, ids}, make([]*Tensor, 2)), &e)
	assert.Contains(t, e.Error(), `"x"`)
	require.Error(t, p.Run(context.Background(), []*Tensor{nil, ids}, make([]*Tensor, 2)))

	table := b.Constant(stringsOf(t, []int{1}, "a b"))
	b.TokenNumbers(b.Gather(table, b.Cast(y, Int32)), words, Unknown)
	assert.ErrorContains(t, b.Err(), "an input of the model")
}

func TestTokensAreCounted(t *testing.T) {
	words := &Tokens{Split: AtBlanks, Table: &Table{Strings: map[string]int64{"": -1, "a": 1, "far": 9}, Rest: Buckets{Count: 1}}}
	for marks, want := range map[bool][]float32{false: {2, 2, 1, 0}, true: {1, 1, 1, 0}} {
		b := NewBuilder()
		g, err := b.Graph(b.TokenCounts(b.Input("x", Type{String, Shape{Unknown}}), words, 2, marks))
		require.NoError(t, err)
		out := run(t, g, Options{}, stringsOf(t, []int{2}, "a far b a c", "d"))
		assert.Equal(t, want, out[0].Float32s())
	}
}

func TestNumbersEndInErrorsWithoutBuckets(t *testing.T) {
	b := NewBuilder()
	b.Scope = "lookup"
	x := b.Input("x", Type{Int64, Shape{Unknown}})
	g, err := b.Graph(b.Number(x, &Table{Ints: map[int64]int64{3: 0}}))
	require.NoError(t, err)
	p, err := Compile(g, Options{})
	require.NoError(t, err)
	in, _ := TensorOf([]int64{3, 4}, 2)
	var e *ShapeError
	require.ErrorAs(t, p.Run(context.Background(), []*Tensor{in}, make([]*Tensor, 1)), &e)
	assert.Equal(t, `layer "lookup": input: wanted one of the 1 that the vocabulary holds, received 4`, e.Error())
}
