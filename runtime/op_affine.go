package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// affine is x*scale + shift by rows, as a batch normalization with no product
// before it, with bounds and a function behind it. Only a rewrite makes it.
type affine struct{ epilogue }

func (affine) name() string { return "affine" }

func (affine) infer(in []Type) ([]Type, error) { return in[:1], nil }

func (affine) keepsRows(_ *node, rows []bool) bool { return rows[0] && !rows[1] && !rows[2] }

func (affine) inPlace() []int { return []int{0} }

func (o affine) end(e epilogue) operation { o.epilogue = e; return o }
func (affine) own() int                   { return 3 }
func (affine) sums() bool                 { return false }

func (o affine) prepare(a *operands) (task, error) {
	x, scale, shift, y := a.in[0], a.in[1], a.in[2], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	n := scale.len
	part := max(1, chunk/n) * n
	lowest, highest := o.bounds()
	return task{parts: (y.len + part - 1) / part, cost: 2 * float64(y.len), run: func(f *frame, lo, hi int) {
		for ; lo < hi; lo++ {
			from, to := lo*part, min((lo+1)*part, y.len)
			dst := f.f32(y)[from:to]
			kernel.MulAddRow(dst, f.f32(x)[from:to], f.f32(scale), f.f32(shift))
			if o.lo < o.hi {
				kernel.Clamp(dst, dst, lowest, highest)
			}
			if o.act.unaryKind != nil {
				o.act.kernel(dst, dst, o.act.p, o.act.q)
			}
		}
	}}, nil
}

// Graphs are differentiated before they are rewritten.
func (affine) gradient(b *Builder, n *node, dout []*Value) []*Value {
	x, scale, d := n.in[0], n.in[1], dout[0]
	return []*Value{b.Mul(d, scale), b.sumLike(b.Mul(d, x), scale), b.sumLike(d, n.in[2])}
}
