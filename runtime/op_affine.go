package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// affine is x*scale + shift by rows, as a batch normalization with no product
// before it, with bounds and a function behind it. Only a rewrite makes it.
type affine struct{ epilogue }

func (affine) Name() string { return "affine" }

func (affine) Infer(in []Type) ([]Type, error) { return in[:1], nil }

func (affine) Rows(_ *Node, rows []bool) bool { return rows[0] && !rows[1] && !rows[2] }

func (affine) inPlace() []int { return []int{0} }

func (o affine) end(e epilogue) Op { o.epilogue = e; return o }
func (affine) own() int            { return 3 }
func (affine) sums() bool          { return false }

func (o affine) Kernel(a *Args) (Kernel, error) {
	x, scale, shift, y := a.In[0], a.In[1], a.In[2], a.Out[0]
	if y.Len == 0 {
		return Kernel{}, nil
	}
	n := scale.Len
	part := max(1, chunk/n) * n
	lowest, highest := o.bounds()
	return Kernel{Parts: (y.Len + part - 1) / part, Cost: 2 * float64(y.Len), Run: func(f *Frame, lo, hi int) {
		for ; lo < hi; lo++ {
			from, to := lo*part, min((lo+1)*part, y.Len)
			dst := f.F32(y)[from:to]
			kernel.MulAddRow(dst, f.F32(x)[from:to], f.F32(scale), f.F32(shift))
			if o.lo < o.hi {
				kernel.Clamp(dst, dst, lowest, highest)
			}
			if o.act.unaryKind != nil {
				o.act.run(dst, dst, o.act.p, o.act.q)
			}
		}
	}}, nil
}

// Gradient implements Op. Graphs are differentiated before they are rewritten.
func (affine) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	x, scale, d := n.In[0], n.In[1], dout[0]
	return []*Value{b.Mul(d, scale), b.sumLike(b.Mul(d, x), scale), b.sumLike(d, n.In[2])}
}
