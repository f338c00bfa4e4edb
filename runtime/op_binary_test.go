package runtime

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBroadcastRows holds functions of a tensor and a row against the same of a
// tensor of such rows, bit for bit.
func TestBroadcastRows(t *testing.T) {
	for _, s := range [][]int{{1, 3}, {2, 3}, {341, 3}, {342, 3}, {50, 70, 3}, {9000, 2}, {7, 15}, {600, 15}, {90, 16}, {40, 17}} {
		n := s[len(s)-1]
		x, row := random(1, 0.5, 2, s...), random(2, 0.5, 2, n)
		rows, err := NewTensor(Float32, s...)
		require.NoError(t, err)
		for at := 0; at < rows.Len(); at += n {
			copy(rows.Float32s()[at:], row.Float32s())
		}
		for name, f := range map[string]func(b *Builder, x, y *Value) *Value{
			"add": (*Builder).Add, "sub": (*Builder).Sub, "mul": (*Builder).Mul, "div": (*Builder).Div, "pow": (*Builder).Pow, "maximum": (*Builder).Maximum,
		} {
			for threads := 1; threads <= 2; threads++ {
				b := NewBuilder()
				vx, short, long := b.Input("x", x.Type()), b.Input("row", row.Type()), b.Input("rows", rows.Type())
				g, err := b.Graph(f(b, vx, short), f(b, vx, long), f(b, short, vx), f(b, long, vx))
				require.NoError(t, err)
				got := run(t, g, Options{Threads: threads}, x, row, rows)
				what := fmt.Sprint(name, s, threads)
				assert.Equal(t, got[1].Float32s(), got[0].Float32s(), what)
				assert.Equal(t, got[3].Float32s(), got[2].Float32s(), what+" swapped")
			}
		}
	}
}
