package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// layerNorm normalizes each run of the last axis: by mean and variance, or by
// the mean of the squares alone (rms). Vectors gamma and beta may follow.
type layerNorm struct {
	rms         bool
	gamma, beta bool
	eps         float32
}

func (o layerNorm) name() string {
	if o.rms {
		return "rms_norm"
	}
	return "layer_norm"
}

func (o layerNorm) infer(in []Type) ([]Type, error) {
	x := in[0]
	if x.DType != Float32 || x.rank() == 0 {
		return nil, &ShapeError{Wanted: "float32 of rank 1 or more", Received: x.String()}
	}
	cols := x.Shape[x.rank()-1]
	for _, v := range in[1:] {
		if v.DType != Float32 || v.rank() != 1 || cols >= 0 && v.Shape[0] >= 0 && v.Shape[0] != cols {
			return nil, &ShapeError{Wanted: "a vector as long as the last axis of " + x.Shape.String(), Received: v.String()}
		}
	}
	return in[:1], nil
}

func (o layerNorm) keepsRows(n *node, rows []bool) bool {
	for _, r := range rows[1:] {
		if r {
			return false
		}
	}
	return rows[0] && n.in[0].Rank() > 1
}

func (o layerNorm) inPlace() []int { return []int{0} }

// vectors picks gamma and beta out of the inputs.
func vectors[T any](o layerNorm, in []T) (gamma, beta *T) {
	rest := in[1:]
	if o.gamma {
		gamma, rest = &rest[0], rest[1:]
	}
	if o.beta {
		beta = &rest[0]
	}
	return gamma, beta
}

func (o layerNorm) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	gamma, beta := vectors(o, a.in)
	return rowTask(y, 8, func(f *frame, lo, hi, cols int) {
		var g, b []float32
		if gamma != nil {
			g = f.f32(*gamma)
		}
		if beta != nil {
			b = f.f32(*beta)
		}
		dst, src := f.f32(y)[lo*cols:hi*cols], f.f32(x)[lo*cols:hi*cols]
		if o.rms {
			kernel.RMSNormRows(dst, src, g, hi-lo, cols, o.eps)
			return
		}
		kernel.LayerNormRows(dst, src, g, b, hi-lo, cols, o.eps)
	})
}

// gradient follows Ba, Kiros and Hinton 2016: with x^ the normalized input,
// dx = (dx^ - mean(dx^) - x^·mean(dx^·x^)) / deviation; rms lacks the middle term.
func (o layerNorm) gradient(b *Builder, n *node, dout []*Value) []*Value {
	x, dy := n.in[0], dout[0]
	gamma, beta := vectors(o, n.in)
	last := []int{-1}
	centered := x
	if !o.rms {
		centered = b.Sub(x, b.Mean(x, last, true))
	}
	inverse := b.Rsqrt(b.Add(b.Mean(b.Square(centered), last, true), b.Scalar(o.eps)))
	normal := b.Mul(centered, inverse)
	dn := dy
	grads := []*Value{nil}
	if gamma != nil {
		dn = b.Mul(dy, *gamma)
		grads = append(grads, b.SumTo(b.Mul(dy, normal), *gamma))
	}
	if beta != nil {
		grads = append(grads, b.SumTo(dy, *beta))
	}
	dx := b.Sub(dn, b.Mul(normal, b.Mean(b.Mul(dn, normal), last, true)))
	if !o.rms {
		dx = b.Sub(dx, b.Mean(dn, last, true))
	}
	grads[0] = b.Mul(dx, inverse)
	return grads
}

// LayerNorm adds (x-mean)/sqrt(variance+eps)·gamma + beta over the last axis.
// gamma and beta are vectors, or nil.
func (b *Builder) LayerNorm(x, gamma, beta *Value, eps float32) *Value {
	return b.layerNorm(layerNorm{eps: eps}, x, gamma, beta)
}

// RMSNorm adds x/sqrt(mean(x²)+eps)·gamma over the last axis. gamma is a vector
// or nil.
func (b *Builder) RMSNorm(x, gamma *Value, eps float32) *Value {
	return b.layerNorm(layerNorm{rms: true, eps: eps}, x, gamma, nil)
}

func (b *Builder) layerNorm(o layerNorm, x, gamma, beta *Value) *Value {
	o.gamma, o.beta = gamma != nil, beta != nil
	in := []*Value{x}
	for _, v := range []*Value{gamma, beta} {
		if v != nil {
			in = append(in, v)
		}
	}
	return b.apply(o, in...)
}
