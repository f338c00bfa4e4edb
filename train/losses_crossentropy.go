package train

import "github.com/kerasrun/kerasrun/runtime"

// Crossentropy on the output of a softmax or sigmoid is computed from what that
// was applied to, as keras/src/backend/tensorflow/nn.py does (_get_logits).
func init() {
	losses["binary_crossentropy"] = func(c *lossCall) *runtime.Value {
		y, one := c.y, c.Scalar(1)
		if s := float32(c.LabelSmoothing); s != 0 {
			y = c.Add(c.Mul(y, c.Scalar(1-s)), c.Scalar(s/2))
		}
		if x := c.fromLogits(); x != nil {
			// max(x, 0) - x·y + log(1 + e^-|x|)
			return c.last(c.Add(c.Sub(c.Relu(x), c.Mul(x, y)), c.Log1p(c.Exp(c.Neg(c.Abs(x))))))
		}
		p := c.ClipByValue(c.p, epsilon, 1-epsilon)
		q := c.Sub(one, p)
		if c.Era == 2 { // Keras 2 adds epsilon once more
			p, q = c.Add(p, c.Scalar(epsilon)), c.Add(q, c.Scalar(epsilon))
		}
		return c.last(c.Neg(c.Add(c.Mul(y, c.Log(p)), c.Mul(c.Sub(one, y), c.Log(q)))))
	}
	losses["categorical_crossentropy"] = func(c *lossCall) *runtime.Value {
		y := c.y
		if s := float32(c.LabelSmoothing); s != 0 {
			classes := c.p.Shape[c.p.Rank()-1]
			y = c.Add(c.Mul(y, c.Scalar(1-s)), c.Scalar(s/float32(classes)))
		}
		if x := c.fromLogits(); x != nil {
			return c.SoftmaxCrossentropy(y, x)
		}
		p := c.Div(c.p, c.Sum(c.p, []int{-1}, true))
		p = c.ClipByValue(p, epsilon, 1-epsilon)
		return c.Neg(c.Sum(c.Mul(y, c.Log(p)), []int{-1}, false))
	}
	losses["sparse_categorical_crossentropy"] = func(c *lossCall) *runtime.Value {
		x := c.fromLogits()
		if x == nil {
			x = c.Log(c.ClipByValue(c.p, epsilon, 1-epsilon))
		}
		return c.SoftmaxCrossentropy(c.oneHot(), x)
	}
}

// fromLogits returns the logits if the loss is to be computed from them. Keras
// takes those of a sigmoid for a categorical crossentropy too.
func (c *lossCall) fromLogits() *runtime.Value {
	if c.logits == nil && c.FromLogits {
		return c.p
	}
	return c.logits
}

// oneHot turns class numbers, with or without a last axis of 1, into rows.
func (c *lossCall) oneHot() *runtime.Value {
	y := c.y
	if y.Rank() == c.p.Rank() && y.Shape[y.Rank()-1] == 1 {
		y = c.Squeeze(y, -1)
	}
	return c.OneHot(c.Cast(y, runtime.Int32), c.p.Shape[c.p.Rank()-1])
}
