package runtime

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// reduce folds neighbouring axes into one number for each place of the others.
// The order of a summation depends on the sizes alone.
type reduce struct {
	*reduceKind
	from, to int // the axes from <= a < to
	keep     bool
}

type reduceKind struct {
	name string
	// whole folds a run of neighbours.
	whole func(x []float32) float32
	// rows folds rows of cols into one row, dst.
	rows func(dst, x []float32, rows, cols int)
	grad func(b *Builder, x, y, dy *Value) *Value
}

var (
	sumKind = &reduceKind{name: "sum", whole: kernel.Sum, rows: kernel.SumRows,
		grad: func(b *Builder, x, _, dy *Value) *Value { return b.BroadcastTo(dy, x) }}
	meanKind = &reduceKind{name: "mean",
		whole: func(x []float32) float32 { return kernel.Sum(x) / float32(len(x)) },
		rows: func(dst, x []float32, rows, cols int) {
			kernel.SumRows(dst, x, rows, cols)
			kernel.MulScalar(dst, dst, 1/float32(rows))
		},
		grad: func(b *Builder, x, _, dy *Value) *Value { return b.apply(broadcastTo{mean: true}, dy, x) }}
	reduceMaxKind = &reduceKind{name: "max", whole: kernel.MaxOf, rows: foldRows(kernel.Max)}
	reduceMinKind = &reduceKind{name: "min", whole: func(x []float32) float32 { return foldWhole(x, kernel.Min) }, rows: foldRows(kernel.Min)}
	prodKind      = &reduceKind{name: "prod", whole: func(x []float32) float32 { return foldWhole(x, kernel.Mul) }, rows: foldRows(kernel.Mul)}
)

func init() {
	// Ties share the derivative evenly, as in TensorFlow.
	ties := func(b *Builder, x, y, dy *Value) *Value {
		hit := b.Select(b.Equal(x, b.BroadcastTo(y, x)), b.Scalar(1), b.Scalar(0))
		return b.Mul(hit, b.BroadcastTo(b.Div(dy, b.SumTo(hit, y)), x))
	}
	reduceMaxKind.grad, reduceMinKind.grad = ties, ties
	prodKind.grad = func(b *Builder, x, y, dy *Value) *Value {
		return b.Div(b.BroadcastTo(b.Mul(dy, y), x), x)
	}
}

func foldRows(f func(dst, a, b []float32)) func(dst, x []float32, rows, cols int) {
	return func(dst, x []float32, rows, cols int) {
		copy(dst[:cols], x[:cols])
		for r := 1; r < rows; r++ {
			f(dst[:cols], dst[:cols], x[r*cols:][:cols])
		}
	}
}

func foldWhole(x []float32, f func(dst, a, b []float32)) float32 {
	acc := [1]float32{x[0]}
	for i := range x[1:] {
		f(acc[:], acc[:], x[i+1:i+2])
	}
	return acc[0]
}

func (o reduce) name() string { return o.reduceKind.name }

func (o reduce) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 {
		return nil, &ShapeError{Wanted: "float32", Received: in[0].String()}
	}
	s := in[0].Shape
	if o.to > len(s) {
		return nil, &ShapeError{Wanted: fmt.Sprintf("rank %d or more", o.to), Received: s.String()}
	}
	out := s[:o.from].clone()
	if o.keep {
		for range o.to - o.from {
			out = append(out, 1)
		}
	}
	return []Type{{Float32, append(out, s[o.to:]...)}}, nil
}

func (o reduce) keepsRows(_ *node, rows []bool) bool { return rows[0] && o.from > 0 }

func (o reduce) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	outer, n, inner := x.Shape[:o.from].size(), x.Shape[o.from:o.to].size(), x.Shape[o.to:].size()
	if outer == 0 || inner == 0 {
		return task{}, nil
	}
	if n == 0 {
		if o.reduceKind != sumKind {
			return task{}, &ShapeError{Wanted: "something to fold", Received: x.Shape.String()}
		}
		return serial(y.len, func(f *frame) { clear(f.f32(y)) })
	}
	if inner == 1 {
		group := max(1, chunk/n)
		return task{parts: (outer + group - 1) / group, cost: float64(x.len), run: func(f *frame, lo, hi int) {
			for i := lo * group; i < min(hi*group, outer); i++ {
				f.f32(y)[i] = o.whole(f.f32(x)[i*n:][:n])
			}
		}}, nil
	}
	return task{parts: outer, cost: float64(x.len), run: func(f *frame, lo, hi int) {
		for i := lo; i < hi; i++ {
			o.rows(f.f32(y)[i*inner:][:inner], f.f32(x)[i*n*inner:][:n*inner], n, inner)
		}
	}}, nil
}

func (o reduce) gradient(b *Builder, n *node, dout []*Value) []*Value {
	dy, y := dout[0], n.out[0]
	if !o.keep { // give the folded axes back, as 1, so that it broadcasts
		sizes := make([]int, 0, n.in[0].Rank())
		for i := range n.in[0].Rank() {
			switch {
			case i < o.from:
				sizes = append(sizes, CopyAxis(i))
			case i < o.to:
				sizes = append(sizes, 1)
			default:
				sizes = append(sizes, CopyAxis(i-(o.to-o.from)))
			}
		}
		dy, y = b.Reshape(dy, sizes...), b.Reshape(y, sizes...)
	}
	return []*Value{o.grad(b, n.in[0], y, dy)}
}

// fold reduces any axes: a run of neighbours at a time, from the last on. Nil
// means all axes.
func (b *Builder) fold(k *reduceKind, x *Value, axes []int, keep bool) *Value {
	if axes == nil {
		for i := range x.Rank() {
			axes = append(axes, i)
		}
	}
	sorted := make([]int, len(axes))
	for i, a := range axes {
		r, err := x.Shape.Axis(a)
		if err != nil {
			return b.Fail(b.locate(reduce{reduceKind: k}, err))
		}
		sorted[i] = r
	}
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	for i := len(sorted) - 1; i >= 0; {
		j := i
		for j > 0 && sorted[j-1] == sorted[j]-1 {
			j--
		}
		if name, ok := folds[k]; ok && (x.DType == Int32 || x.DType == Int64) {
			x = b.apply(reduceInteger{integerKinds[name], sorted[j], sorted[i] + 1, keep}, x)
		} else {
			x = b.apply(reduce{k, sorted[j], sorted[i] + 1, keep}, x)
		}
		i = j - 1
	}
	return x
}

// Sum adds the sum over the axes, all of them when nil; keep leaves them with
// size 1. It, Max, Min and Prod take integers too, and Mean only float32.
func (b *Builder) Sum(x *Value, axes []int, keep bool) *Value { return b.fold(sumKind, x, axes, keep) }

// Mean adds the mean over the axes.
func (b *Builder) Mean(x *Value, axes []int, keep bool) *Value {
	return b.fold(meanKind, x, axes, keep)
}

// Max adds the maximum over the axes.
func (b *Builder) Max(x *Value, axes []int, keep bool) *Value {
	return b.fold(reduceMaxKind, x, axes, keep)
}

// Min adds the minimum over the axes.
func (b *Builder) Min(x *Value, axes []int, keep bool) *Value {
	return b.fold(reduceMinKind, x, axes, keep)
}

// Prod adds the product over the axes.
func (b *Builder) Prod(x *Value, axes []int, keep bool) *Value {
	return b.fold(prodKind, x, axes, keep)
}
