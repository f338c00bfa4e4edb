package layers

import "github.com/kerasrun/kerasrun/runtime"

// Regularizer is a penalty l1*sum|w| + l2*sum(w²) on a weight or an output, or one
// on what the rows or columns of a matrix have in common
// (keras/src/regularizers/regularizers.py).
type Regularizer struct {
	L1, L2 float64

	Orthogonal float64 // the factor of OrthogonalRegularizer
	Columns    bool    // which looks at columns, not rows
}

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
	case "OrthogonalRegularizer", "orthogonal_regularizer":
		r.Orthogonal = number("factor", 0.01)
		mode, given := config["mode"]
		r.Columns = mode == "columns"
		ok = ok && (!given || r.Columns || mode == "rows")
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
	if r.Orthogonal != 0 {
		return r.orthogonality(b, w)
	}
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

// orthogonality is factor/2 · the mean over pairs of rows, both ways round, of the
// absolute cosine between them.
func (r *Regularizer) orthogonality(b *runtime.Builder, w *runtime.Value) *runtime.Value {
	if w.Rank() != 2 {
		return b.Fail(&runtime.ShapeError{Where: b.Scope, What: "OrthogonalRegularizer", Wanted: "a weight of rank 2", Received: w.Type.String()})
	}
	axis, n := 1, w.Shape[0]
	if r.Columns {
		axis, n = 0, w.Shape[1]
	}
	length := b.Maximum(b.Sum(b.Square(w), []int{axis}, true), b.Scalar(1e-12))
	unit := b.Mul(w, b.Rsqrt(length))
	product := b.MatMulT(unit, unit, r.Columns, !r.Columns)
	apart := b.NotEqual(b.Iota(product, 0), b.Iota(product, 1))
	sum := b.Sum(b.Abs(b.Select(apart, product, b.Scalar(0))), nil, false)
	pairs := float64(n) * float64(n-1) / 2
	return b.Mul(sum, b.Scalar(float32(r.Orthogonal*0.5/pairs)))
}
