package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// softmaxCrossentropy is -Σ labels·log(softmax(logits)) over the last axis. Its
// derivative is softmax(logits) - labels even where the labels do not sum to
// 1: that is what TensorFlow's softmax_cross_entropy_with_logits returns.
type softmaxCrossentropy struct{}

func (softmaxCrossentropy) name() string { return "softmax_crossentropy" }

func (softmaxCrossentropy) infer(in []Type) ([]Type, error) {
	if in[0].rank() == 0 || in[0].rank() != in[1].rank() {
		return nil, &ShapeError{Wanted: "labels and logits of one shape", Received: in[0].String() + " and " + in[1].String()}
	}
	s, err := Broadcast(in[0].Shape, in[1].Shape)
	if err != nil {
		return nil, err
	}
	return []Type{{Float32, s[:len(s)-1]}}, nil
}

func (softmaxCrossentropy) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[1] }

func (softmaxCrossentropy) prepare(a *operands) (task, error) {
	labels, logits, y := a.in[0], a.in[1], a.out[0]
	if labels.len != logits.len {
		return task{}, &ShapeError{Wanted: logits.Shape.String(), Received: labels.Shape.String()}
	}
	if y.len == 0 {
		return task{}, nil
	}
	cols := logits.len / y.len
	return task{parts: 1, cost: 20 * float64(logits.len), scratch: cols, run: func(f *frame, _, _ int) {
		logp := f.floats(cols)
		for r := range y.len {
			kernel.LogSoftmaxRows(logp, f.f32(logits)[r*cols:][:cols], 1, cols)
			f.f32(y)[r] = -kernel.Dot(f.f32(labels)[r*cols:][:cols], logp)
		}
	}}, nil
}

func (softmaxCrossentropy) gradient(b *Builder, n *node, dout []*Value) []*Value {
	labels, logits := n.in[0], n.in[1]
	d := b.ExpandDims(dout[0], -1)
	return []*Value{b.Neg(b.Mul(d, b.LogSoftmax(logits))), b.Mul(d, b.Sub(b.Softmax(logits), labels))}
}

// SoftmaxCrossentropy adds -Σ labels·log(softmax(logits)) over the last axis.
func (b *Builder) SoftmaxCrossentropy(labels, logits *Value) *Value {
	return b.apply(softmaxCrossentropy{}, labels, logits)
}
