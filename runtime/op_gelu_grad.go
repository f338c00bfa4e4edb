package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// geluGrad is the derivative of gelu: from its input and the cotangent of its result,
// dy·(Φ(x) + x·φ(x)), φ being the normal density.
type geluGrad struct{}

const (
	rootHalf   = 0.7071067811865476
	densityAt0 = 0.3989422804014327 // 1/√(2π)
)

func (geluGrad) name() string                        { return "gelu_grad" }
func (geluGrad) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[1] }
func (geluGrad) inPlace() []int                      { return []int{0, 1} }

func (geluGrad) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 || in[1].DType != Float32 || in[0].rank() != in[1].rank() {
		return nil, &ShapeError{Wanted: "two float32 tensors of one shape", Received: in[0].String() + " and " + in[1].String()}
	}
	return in[:1], nil
}

// geluBlock is how many elements go through all steps before the next, in the first-level cache.
const geluBlock = 1 << 10

func (geluGrad) prepare(a *operands) (task, error) {
	x, d, y := a.in[0], a.in[1], a.out[0]
	t, err := chunked(y.len, 40, func(f *frame, lo, hi int) {
		scratch := f.floats(2 * geluBlock)
		for ; lo < hi; lo += geluBlock {
			n := min(geluBlock, hi-lo)
			geluSlope(scratch[:n], scratch[geluBlock:][:n], f.f32(x)[lo:][:n])
			kernel.Mul(f.f32(y)[lo:][:n], f.f32(d)[lo:][:n], scratch[:n])
		}
	})
	t.scratch = 2 * geluBlock
	return t, err
}

// geluSlope writes Φ(x) + x·φ(x); density is working memory.
func geluSlope(dst, density, x []float32) {
	kernel.MulScalar(dst, x, rootHalf)
	kernel.Erf(dst, dst)
	kernel.AddScalar(dst, dst, 1)
	kernel.MulScalar(dst, dst, 0.5)
	kernel.Square(density, x)
	kernel.MulScalar(density, density, -0.5)
	kernel.Exp(density, density)
	kernel.MulScalar(density, density, densityAt0)
	kernel.Mul(density, x, density)
	kernel.Add(dst, dst, density)
}

// gradient: the slope's derivative is φ(x)·(2 - x²).
func (o geluGrad) gradient(b *Builder, n *node, dout []*Value) []*Value {
	x, dy, d := n.in[0], n.in[1], dout[0]
	square := b.Square(x)
	density := b.Mul(b.Scalar(densityAt0), b.Exp(b.Mul(b.Scalar(-0.5), square)))
	return []*Value{b.Mul(b.Mul(d, dy), b.Mul(density, b.Sub(b.Scalar(2), square))), b.apply(o, x, d)}
}
