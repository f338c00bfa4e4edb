package layers

import "github.com/kerasrun/kerasrun/runtime"

// Regularizer is a penalty l1*sum|w| + l2*sum(w²) on a weight or an output
// (keras/src/regularizers/regularizers.py).
type Regularizer struct{ L1, L2 float64 }

func (r *Regularizer) DecodeOption(d *Decoder, v any) {
	class, config, ok := "", map[string]any{}, true
	switch x := v.(type) {
	case string:
		class = x
	default:
		class, config, ok = ClassAndConfig(v)
	}
	number := func(key string, otherwise float64) float64 {
		x, given := config[key]
		if !given || x == nil {
			return otherwise
		}
		f, isNumber := Float(x)
		ok = ok && isNumber
		return f
	}
	switch class {
	case "L1", "l1":
		r.L1 = number("l1", 0.01)
	case "L2", "l2":
		r.L2 = number("l2", 0.01)
	case "L1L2", "l1_l2", "L1_L2":
		r.L1, r.L2 = number("l1", 0), number("l2", 0)
	default:
		d.Unsupported("regularizer %s", Brief(v))
		return
	}
	if !ok {
		d.Broken("must be a regularizer, received %s", Brief(v))
	}
}

// Loss adds the penalty on w to the graph.
func (r *Regularizer) Loss(b *runtime.Builder, w *runtime.Value) *runtime.Value {
	var loss *runtime.Value
	if r.L1 != 0 {
		loss = b.Mul(b.Sum(b.Abs(w), nil, false), b.Scalar(float32(r.L1)))
	}
	if r.L2 != 0 {
		l2 := b.Mul(b.Sum(b.Square(w), nil, false), b.Scalar(float32(r.L2)))
		if loss == nil {
			return l2
		}
		return b.Add(loss, l2)
	}
	if loss == nil {
		return b.Scalar(0)
	}
	return loss
}
