package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

var clampKind = &unaryKind{name: "clamp", cost: 2,
	kernel: func(dst, x []float32, lo, hi float32) { kernel.Clamp(dst, x, lo, hi) },
	grad: func(b *Builder, o unary, x, _, dy *Value) *Value {
		inside := b.And(b.Greater(x, b.Scalar(o.p)), b.Less(x, b.Scalar(o.q)))
		return b.Select(inside, dy, b.Scalar(0))
	}}

// Clamp adds min(max(x, lo), hi). Its derivative is 0 at both bounds, as that of
// TensorFlow's relu6; ClipByValue has derivative 1 there.
func (b *Builder) Clamp(x *Value, lo, hi float32) *Value { return b.unary(clampKind, x, lo, hi) }

var clipKind = &unaryKind{name: "clip", cost: 2,
	kernel: clampKind.kernel,
	grad: func(b *Builder, o unary, x, _, dy *Value) *Value {
		inside := b.And(b.GreaterEqual(x, b.Scalar(o.p)), b.LessEqual(x, b.Scalar(o.q)))
		return b.Select(inside, dy, b.Scalar(0))
	}}

// ClipByValue adds min(max(x, lo), hi) with derivative 1 at both bounds, as
// TensorFlow's clip_by_value.
func (b *Builder) ClipByValue(x *Value, lo, hi float32) *Value { return b.unary(clipKind, x, lo, hi) }
