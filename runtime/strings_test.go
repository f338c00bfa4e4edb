package runtime

import (
	"context"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stringsOf is a tensor of strings with memory of their own.
func stringsOf(t *testing.T, shape []int, v ...string) *Tensor {
	t.Helper()
	for i := range v {
		v[i] = strings.Clone(v[i])
	}
	x, err := TensorOf(v, shape...)
	require.NoError(t, err)
	return x
}

func TestStringTensors(t *testing.T) {
	x := stringsOf(t, []int{3, 2}, "a", "b", "c", "", "e", "öre")
	assert.Equal(t, String, x.DType())
	assert.Nil(t, x.Bytes(), "they would hide text from the garbage collector")
	assert.Nil(t, x.Float32s())
	assert.Equal(t, []string{"c", ""}, x.Rows(1, 2).Strings())
	assert.Equal(t, []string{"e", "öre", "a", "b"}, x.Take([]int{2, 0}).Strings())
	c := x.Clone()
	c.Strings()[0] = "z"
	assert.Equal(t, "a", x.Strings()[0])
	empty, err := NewTensor(String, 2)
	require.NoError(t, err)
	assert.Equal(t, []string{"", ""}, empty.Strings())
}

func TestOnlySomeOperationsTakeStrings(t *testing.T) {
	for name, build := range map[string]func(b *Builder, x *Value) *Value{
		"add":       func(b *Builder, x *Value) *Value { return b.Add(x, x) },
		"cast":      func(b *Builder, x *Value) *Value { return b.Cast(x, Float32) },
		"transpose": func(b *Builder, x *Value) *Value { return b.Transpose(x, 1, 0) },
		"concat":    func(b *Builder, x *Value) *Value { return b.Concat(0, x, x) },
		"matmul":    func(b *Builder, x *Value) *Value { return b.MatMul(x, x) },
	} {
		b := NewBuilder()
		b.Scope = "layer"
		build(b, b.Input("x", Type{String, Shape{Unknown, 2}}))
		var e *ShapeError
		require.ErrorAs(t, b.Err(), &e, name)
		assert.Contains(t, e.Error(), "numbers", name)
	}
	b := NewBuilder()
	b.Cast(b.Scalar(1), String)
	assert.ErrorContains(t, b.Err(), "a type of numbers")
}

// TestStringsPassThrough has strings as inputs, constants, values between and
// outputs, and the garbage collector run in the middle.
func TestStringsPassThrough(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{String, Shape{Unknown, 2}})
	at := b.Input("at", Type{Int32, Shape{Unknown, 2}})
	table := b.Constant(stringsOf(t, []int{3}, "zero", "one", "two"))
	between := b.Gather(table, at)
	again := b.Gather(b.Reshape(between, Infer), at) // uses it as a table
	g, err := b.Graph(x, b.Reshape(x, Infer), again, b.Gather(table, at))
	require.NoError(t, err)
	p, err := Compile(g, Options{})
	require.NoError(t, err)
	in := stringsOf(t, []int{2, 2}, "a", "b", "c", "d")
	places, _ := TensorOf([]int32{0, 2, 1, 7}, 2, 2)
	for range 3 {
		out := make([]*Tensor, 4)
		require.NoError(t, p.Run(context.Background(), []*Tensor{in, places}, out))
		goruntime.GC()
		assert.Equal(t, []string{"a", "b", "c", "d"}, out[0].Strings())
		assert.Equal(t, Shape{4}, out[1].Shape())
		assert.Equal(t, []string{"a", "b", "c", "d"}, out[1].Strings())
		assert.Equal(t, []string{"zero", "one", "two", ""}, out[2].Strings())
		assert.Equal(t, []string{"zero", "two", "one", ""}, out[3].Strings())
		out[0].Strings()[0] = "changed" // it is the caller's, not the input
		assert.Equal(t, "a", in.Strings()[0])
	}
}
