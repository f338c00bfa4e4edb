package runtime

import "github.com/kerasrun/kerasrun/internal/kernel"

// softmaxCrossentropy is -Σ labels·log(softmax(logits)) over the last axis. Its
// derivative is softmax(logits) - labels even where the labels do not sum to
// 1: that is what TensorFlow's softmax_cross_entropy_with_logits returns.
type softmaxCrossentropy struct{}

func (softmaxCrossentropy) Name() string { return "softmax_crossentropy" }

func (softmaxCrossentropy) Infer(in []Type) ([]Type, error) {
	if in[0].rank() == 0 || in[0].rank() != in[1].rank() {
		return nil, &ShapeError{Wanted: "labels and logits of one shape", Received: in[0].String() + " and " + in[1].String()}
	}
	s, err := Broadcast(in[0].Shape, in[1].Shape)
	if err != nil {
		return nil, err
	}
	return []Type{{Float32, s[:len(s)-1]}}, nil
}

func (softmaxCrossentropy) Rows(_ *Node, rows []bool) bool { return rows[0] && rows[1] }

func (softmaxCrossentropy) Kernel(a *Args) (Kernel, error) {
	labels, logits, y := a.In[0], a.In[1], a.Out[0]
	if labels.Len != logits.Len {
		return Kernel{}, &ShapeError{Wanted: logits.Shape.String(), Received: labels.Shape.String()}
	}
	if y.Len == 0 {
		return Kernel{}, nil
	}
	cols := logits.Len / y.Len
	return Kernel{Parts: 1, Cost: 20 * float64(logits.Len), Scratch: cols, Run: func(f *Frame, _, _ int) {
		logp := f.Scratch(cols)
		for r := range y.Len {
			kernel.LogSoftmaxRows(logp, f.F32(logits)[r*cols:][:cols], 1, cols)
			f.F32(y)[r] = -kernel.Dot(f.F32(labels)[r*cols:][:cols], logp)
		}
	}}, nil
}

func (softmaxCrossentropy) Gradient(b *Builder, n *Node, dout []*Value) []*Value {
	labels, logits := n.In[0], n.In[1]
	d := b.ExpandDims(dout[0], -1)
	return []*Value{b.Neg(b.Mul(d, b.LogSoftmax(logits))), b.Mul(d, b.Sub(b.Softmax(logits), labels))}
}

// SoftmaxCrossentropy adds -Σ labels·log(softmax(logits)) over the last axis.
func (b *Builder) SoftmaxCrossentropy(labels, logits *Value) *Value {
	return b.Apply(softmaxCrossentropy{}, labels, logits)
}
