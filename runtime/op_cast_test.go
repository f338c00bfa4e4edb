package runtime

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCastsOfEveryType: fractions are dropped, and a whole number is rounded once.
func TestCastsOfEveryType(t *testing.T) {
	tensor := func(x *Tensor, err error) *Tensor {
		require.NoError(t, err)
		return x
	}
	from := []*Tensor{
		tensor(TensorOf([]float32{0, -1.75, 2.5}, 3)), tensor(TensorOf([]int32{0, -7, math.MaxInt32}, 3)),
		tensor(TensorOf([]int64{0, 1<<53 + 1<<29 + 1, -3}, 3)), tensor(TensorOf([]bool{false, true, true}, 3)), tensor(TensorOf([]int8{0, -128, 127}, 3)),
	}
	want := map[DType][]any{
		Float32: {[]float32{0, -1.75, 2.5}, []float32{0, -7, 1 << 31}, []float32{0, 1<<53 + 1<<30, -3}, []float32{0, 1, 1}, []float32{0, -128, 127}},
		Int32:   {[]int32{0, -1, 2}, []int32{0, -7, math.MaxInt32}, []int32{0, 1<<29 + 1, -3}, []int32{0, 1, 1}, []int32{0, -128, 127}},
		Int64:   {[]int64{0, -1, 2}, []int64{0, -7, math.MaxInt32}, []int64{0, 1<<53 + 1<<29 + 1, -3}, []int64{0, 1, 1}, []int64{0, -128, 127}},
		Bool:    {[]bool{false, true, true}, []bool{false, true, true}, []bool{false, true, true}, []bool{false, true, true}, []bool{false, true, true}},
	}
	for to, wanted := range want {
		for i, x := range from {
			b := NewBuilder()
			g, err := b.Graph(b.Cast(b.Input("x", x.Type()), to))
			require.NoError(t, err)
			y := run(t, g, Options{Threads: 1}, x)[0]
			assert.Contains(t, []any{y.Float32s(), y.Int32s(), y.Int64s(), y.Bools()}, wanted[i], "%v to %v", x.DType(), to)
		}
	}
}

// TestComparisonsOfEveryType holds them on each type, NaN and broadcasts.
func TestComparisonsOfEveryType(t *testing.T) {
	nan := float32(math.NaN())
	kinds := map[string]struct {
		of    func(b *Builder, x, y *Value) *Value
		ints  []bool // of 1, 2, 3 with 2
		nans  bool   // of NaN with 2
		bools []bool // of false, true with true
	}{
		"greater":  {(*Builder).Greater, []bool{false, false, true}, false, []bool{false, false}},
		"at least": {(*Builder).GreaterEqual, []bool{false, true, true}, false, []bool{false, true}},
		"less":     {(*Builder).Less, []bool{true, false, false}, false, []bool{true, false}},
		"at most":  {(*Builder).LessEqual, []bool{true, true, false}, false, []bool{true, true}},
		"equal":    {(*Builder).Equal, []bool{false, true, false}, false, []bool{false, true}},
		"other":    {(*Builder).NotEqual, []bool{true, false, true}, true, []bool{true, false}},
		"and":      {of: (*Builder).And, bools: []bool{false, true}},
		"or":       {of: (*Builder).Or, bools: []bool{true, true}},
	}
	for name, k := range kinds {
		check := func(want []bool, x, y *Tensor) {
			b := NewBuilder()
			g, err := b.Graph(k.of(b, b.Input("x", x.Type()), b.Input("y", y.Type())))
			require.NoError(t, err)
			assert.Equal(t, want, run(t, g, Options{Threads: 1}, x, y)[0].Bools(), "%s of %v", name, x.DType())
		}
		if k.ints != nil {
			f, _ := TensorOf([]float32{1, 2, 3, nan}, 4)
			check(append(append([]bool{}, k.ints...), k.nans), f, Scalar(2))
			i, _ := TensorOf([]int32{1, 2, 3}, 3)
			j, _ := TensorOf([]int32{2}, 1)
			check(k.ints, i, j)
			l, _ := TensorOf([]int64{1, 2, 3}, 3)
			m, _ := TensorOf([]int64{2, 2, 2}, 3)
			check(k.ints, l, m)
		}
		p, _ := TensorOf([]bool{false, true}, 2)
		q, _ := TensorOf([]bool{true}, 1)
		check(k.bools, p, q)
	}
}
