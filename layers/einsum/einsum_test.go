package einsum

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

// einsumOf computes an equation by going through all places of all letters.
func einsumOf(t *testing.T, equation string, in []*runtime.Tensor) ([]int, []float32) {
	ranks := make([]int, len(in))
	for i, x := range in {
		ranks[i] = len(x.Shape())
	}
	labels, out, err := Parse(equation, ranks...)
	require.NoError(t, err)
	size := map[byte]int{}
	var all []byte
	for i, l := range labels {
		for a, c := range l {
			if _, seen := size[c]; !seen {
				all = append(all, c)
			}
			size[c] = in[i].Shape()[a]
		}
	}
	shape, n := []int{}, 1
	for _, c := range out {
		shape, n = append(shape, size[c]), n*size[c]
	}
	result := make([]float32, n)
	at := map[byte]int{}
	place := func(l []byte) int {
		p := 0
		for _, c := range l {
			p = p*size[c] + at[c]
		}
		return p
	}
	var visit func(k int)
	visit = func(k int) {
		if k == len(all) {
			product := float32(1)
			for i, l := range labels {
				product *= in[i].Float32s()[place(l)]
			}
			result[place(out)] += product
			return
		}
		for at[all[k]] = 0; at[all[k]] < size[all[k]]; at[all[k]]++ {
			visit(k + 1)
		}
	}
	visit(0)
	return shape, result
}

func TestEinsum(t *testing.T) {
	for _, c := range []struct {
		equation string
		shapes   [][]int
	}{
		{"ab,bc->ac", [][]int{{2, 3}, {3, 4}}},
		{"ab,bc->ca", [][]int{{2, 3}, {3, 4}}},
		{"abc,cde->abde", [][]int{{2, 3, 4}, {4, 2, 3}}},
		{"abcd,cde->abe", [][]int{{2, 3, 2, 4}, {2, 4, 5}}},
		{"abc,bd->adc", [][]int{{2, 3, 4}, {3, 5}}},
		{"aecd,abcd->acbe", [][]int{{2, 3, 2, 4}, {2, 5, 2, 4}}},
		{"acbe,aecd->abcd", [][]int{{2, 2, 5, 3}, {2, 3, 2, 4}}},
		{"bij,bkj->bik", [][]int{{2, 3, 4}, {2, 5, 4}}},
		{"...x,xy->...y", [][]int{{2, 3, 4}, {4, 5}}},
		{"...ij,...jk->...ik", [][]int{{2, 2, 3, 4}, {2, 2, 4, 5}}},
		{"a,b->ab", [][]int{{2}, {3}}},
		{"ab,ab->ab", [][]int{{2, 3}, {2, 3}}},
		{"ab,ab->a", [][]int{{2, 3}, {2, 3}}},
		{"ab,ab->", [][]int{{2, 3}, {2, 3}}},
		{"abc,ad->dc", [][]int{{2, 3, 4}, {2, 5}}},
		{"ab,bc,cd->ad", [][]int{{2, 3}, {3, 4}, {4, 5}}},
		{"abc->cb", [][]int{{2, 3, 4}}},
		{"ab,bc", [][]int{{2, 3}, {3, 4}}},
	} {
		b := runtime.NewBuilder()
		r := rand.New(rand.NewPCG(1, 2))
		var in []*runtime.Tensor
		var values []*runtime.Value
		for _, s := range c.shapes {
			x, err := runtime.NewTensor(runtime.Float32, s...)
			require.NoError(t, err)
			for i := range x.Float32s() {
				x.Float32s()[i] = r.Float32()
			}
			in = append(in, x)
			values = append(values, b.Input("", runtime.Type{Shape: append(runtime.Shape{runtime.Unknown}, s[1:]...)}))
		}
		g, err := b.Graph(Of(b, c.equation, values...))
		require.NoError(t, err, c.equation)
		p, err := runtime.Compile(g, runtime.Options{Threads: 1})
		require.NoError(t, err)
		got := make([]*runtime.Tensor, 1)
		require.NoError(t, p.Run(context.Background(), in, got), c.equation)
		shape, want := einsumOf(t, c.equation, in)
		require.True(t, slices.Equal(shape, got[0].Shape()), "%s: %v", c.equation, got[0].Shape())
		require.InDeltaSlice(t, want, got[0].Float32s(), 1e-5, c.equation)
	}
}

func TestEinsumRefuses(t *testing.T) {
	for equation, want := range map[string]string{
		"aa,bc->ac": "a letter twice in one operand is not supported",
		"ab,bc->ad": "a letter of the result is in no operand",
		"a1,1b->ab": `a letter is wanted, received "1"`,
		"a,bc->ac":  "operand 0 has rank 2",
	} {
		_, _, err := Parse(equation, 2, 2)
		require.ErrorContains(t, err, want, equation)
	}
}
