package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// softmax normalises e^x over the last axis; log takes its logarithm.
type softmax struct{ log bool }

func (o softmax) Name() string {
	if o.log {
		return "log_softmax"
	}
	return "softmax"
}

func (o softmax) Infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 || in[0].rank() == 0 {
		return nil, &ShapeError{Wanted: "float32 of rank 1 or more", Received: in[0].String()}
	}
	return in[:1], nil
}

func (o softmax) Rows(n *Node, rows []bool) bool { return rows[0] && n.In[0].Rank() > 1 }

func (o softmax) inPlace() []int { return []int{0} }

// rowKernel is the Kernel of a function of each run of the last axis.
func rowKernel(y Operand, cost float64, run func(f *Frame, lo, hi, cols int)) (Kernel, error) {
	if y.Len == 0 {
		return Kernel{}, nil
	}
	cols := y.Shape[len(y.Shape)-1]
	rows := y.Len / cols
	group := max(1, chunk/cols)
	return Kernel{Parts: (rows + group - 1) / group, Cost: cost * float64(y.Len), Run: func(f *Frame, lo, hi int) {
		run(f, lo*group, min(hi*group, rows), cols)
	}}, nil
}

func (o softmax) Kernel(a *Args) (Kernel, error) {
	x, y := a.In[0], a.Out[0]
	run := kernel.SoftmaxRows
	if o.log {
		run = kernel.LogSoftmaxRows
	}
	return rowKernel(y, 16, func(f *Frame, lo, hi, cols int) {
		run(f.F32(y)[lo*cols:hi*cols], f.F32(x)[lo*cols:hi*cols], hi-lo, cols)
	})
}

func (o softmax) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	y, dy := n.Out[0], dout[0]
	if o.log {
		return []*Value{b.Sub(dy, b.Mul(b.Exp(y), b.Sum(dy, []int{-1}, true)))}
	}
	return []*Value{b.Apply(softmaxGrad{}, y, dy)}
}

// softmaxGrad is y·(dy - Σ y·dy).
type softmaxGrad struct{}

func (softmaxGrad) Name() string { return "softmax_grad" }

func (softmaxGrad) Infer(in []Type) ([]Type, error) { return in[:1], nil }

func (softmaxGrad) Rows(n *Node, rows []bool) bool {
	return rows[0] && rows[1] && n.In[0].Rank() > 1
}

func (softmaxGrad) Kernel(a *Args) (Kernel, error) {
	y, dy, dx := a.In[0], a.In[1], a.Out[0]
	return rowKernel(dx, 4, func(f *Frame, lo, hi, cols int) {
		kernel.SoftmaxGradRows(f.F32(dx)[lo*cols:hi*cols], f.F32(y)[lo*cols:hi*cols], f.F32(dy)[lo*cols:hi*cols], hi-lo, cols)
	})
}

func (softmaxGrad) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	y, dy, d := n.In[0], n.In[1], dout[0]
	sum := func(v *Value) *Value { return b.Sum(v, []int{-1}, true) }
	ydy, yd := sum(b.Mul(y, dy)), sum(b.Mul(y, d))
	gy := b.Sub(b.Sub(b.Mul(d, dy), b.Mul(d, ydy)), b.Mul(yd, dy))
	return []*Value{gy, b.Mul(y, b.Sub(d, yd))}
}

// Softmax adds e^x divided by its sum over the last axis.
func (b *Builder) Softmax(x *Value) *Value { return b.Apply(softmax{}, x) }

// LogSoftmax adds the logarithm of Softmax, computed without overflow.
func (b *Builder) LogSoftmax(x *Value) *Value { return b.Apply(softmax{log: true}, x) }
