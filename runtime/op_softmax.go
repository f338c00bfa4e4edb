package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// softmax normalises e^x over the last axis; log takes its logarithm.
type softmax struct{ log bool }

func (o softmax) name() string {
	if o.log {
		return "log_softmax"
	}
	return "softmax"
}

func (o softmax) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 || in[0].rank() == 0 {
		return nil, &ShapeError{Wanted: "float32 of rank 1 or more", Received: in[0].String()}
	}
	return in[:1], nil
}

func (o softmax) keepsRows(n *node, rows []bool) bool { return rows[0] && n.in[0].Rank() > 1 }

func (o softmax) inPlace() []int { return []int{0} }

// rowTask is the task of a function of each run of the last axis.
func rowTask(y operand, cost float64, run func(f *frame, lo, hi, cols int)) (task, error) {
	if y.len == 0 {
		return task{}, nil
	}
	cols := y.Shape[len(y.Shape)-1]
	rows := y.len / cols
	group := max(1, chunk/cols)
	return task{parts: (rows + group - 1) / group, cost: cost * float64(y.len), run: func(f *frame, lo, hi int) {
		run(f, lo*group, min(hi*group, rows), cols)
	}}, nil
}

func (o softmax) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	run := kernel.SoftmaxRows
	if o.log {
		run = kernel.LogSoftmaxRows
	}
	return rowTask(y, 16, func(f *frame, lo, hi, cols int) {
		run(f.f32(y)[lo*cols:hi*cols], f.f32(x)[lo*cols:hi*cols], hi-lo, cols)
	})
}

func (o softmax) gradient(b *Builder, n *node, dout []*Value) []*Value {
	y, dy := n.out[0], dout[0]
	if o.log {
		return []*Value{b.Sub(dy, b.Mul(b.Exp(y), b.Sum(dy, []int{-1}, true)))}
	}
	return []*Value{b.apply(softmaxGrad{}, y, dy)}
}

// softmaxGrad is y·(dy - Σ y·dy).
type softmaxGrad struct{}

func (softmaxGrad) name() string { return "softmax_grad" }

func (softmaxGrad) infer(in []Type) ([]Type, error) { return in[:1], nil }

func (softmaxGrad) keepsRows(n *node, rows []bool) bool {
	return rows[0] && rows[1] && n.in[0].Rank() > 1
}

func (softmaxGrad) prepare(a *operands) (task, error) {
	y, dy, dx := a.in[0], a.in[1], a.out[0]
	return rowTask(dx, 4, func(f *frame, lo, hi, cols int) {
		kernel.SoftmaxGradRows(f.f32(dx)[lo*cols:hi*cols], f.f32(y)[lo*cols:hi*cols], f.f32(dy)[lo*cols:hi*cols], hi-lo, cols)
	})
}

func (softmaxGrad) gradient(b *Builder, n *node, dout []*Value) []*Value {
	y, dy, d := n.in[0], n.in[1], dout[0]
	sum := func(v *Value) *Value { return b.Sum(v, []int{-1}, true) }
	ydy, yd := sum(b.Mul(y, dy)), sum(b.Mul(y, d))
	gy := b.Sub(b.Sub(b.Mul(d, dy), b.Mul(d, ydy)), b.Mul(yd, dy))
	return []*Value{gy, b.Mul(y, b.Sub(d, yd))}
}

// Softmax adds e^x divided by its sum over the last axis.
func (b *Builder) Softmax(x *Value) *Value { return b.apply(softmax{}, x) }

// LogSoftmax adds the logarithm of Softmax, computed without overflow.
func (b *Builder) LogSoftmax(x *Value) *Value { return b.apply(softmax{log: true}, x) }
