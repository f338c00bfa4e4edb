package losses

import "github.com/kerasrun/kerasrun/runtime"

// Crossentropy on the output of a softmax or sigmoid is computed from what that
// was applied to, as keras/src/backend/tensorflow/nn.py does (_get_logits).
func init() {
	Register("BinaryCrossentropy", func() Loss { return new(BinaryCrossentropy) })
	Register("CategoricalCrossentropy", func() Loss { return new(CategoricalCrossentropy) })
	Register("SparseCategoricalCrossentropy", func() Loss { return new(SparseCategoricalCrossentropy) })
}

// BinaryCrossentropy is the mean of -y·log(p) - (1 - y)·log(1 - p).
type BinaryCrossentropy struct {
	Common
	FromLogits     bool    `keras:"from_logits"` // predictions are not yet probabilities
	LabelSmoothing float64 `keras:"label_smoothing"`
}

// Samples builds the loss of each sample.
func (l *BinaryCrossentropy) Samples(c *Call) *runtime.Value {
	y, one := c.Y, c.Scalar(1)
	if s := float32(l.LabelSmoothing); s != 0 {
		y = c.Add(c.Mul(y, c.Scalar(1-s)), c.Scalar(s/2))
	}
	if x := c.logits(l.FromLogits); x != nil {
		// max(x, 0) - x·y + log(1 + e^-|x|)
		return c.last(c.Add(c.Sub(c.Relu(x), c.Mul(x, y)), c.Log1p(c.Exp(c.Neg(c.Abs(x))))))
	}
	p := c.ClipByValue(c.P, epsilon, 1-epsilon)
	q := c.Sub(one, p)
	if c.Keras2 { // which adds epsilon once more
		p, q = c.Add(p, c.Scalar(epsilon)), c.Add(q, c.Scalar(epsilon))
	}
	return c.last(c.Neg(c.Add(c.Mul(y, c.Log(p)), c.Mul(c.Sub(one, y), c.Log(q)))))
}

// Configure writes the axis, which is always the last one.
func (l *BinaryCrossentropy) Configure(config map[string]any) { config["axis"] = -1 }

// CategoricalCrossentropy is the sum of -y·log(p), y being one-hot.
type CategoricalCrossentropy struct {
	Common
	FromLogits     bool    `keras:"from_logits"`
	LabelSmoothing float64 `keras:"label_smoothing"`
}

// Samples builds the loss of each sample.
func (l *CategoricalCrossentropy) Samples(c *Call) *runtime.Value {
	y := c.Y
	if s := float32(l.LabelSmoothing); s != 0 {
		classes := c.P.Shape[c.P.Rank()-1]
		y = c.Add(c.Mul(y, c.Scalar(1-s)), c.Scalar(s/float32(classes)))
	}
	if x := c.logits(l.FromLogits); x != nil {
		return c.SoftmaxCrossentropy(y, x)
	}
	p := c.Div(c.P, c.Sum(c.P, []int{-1}, true))
	p = c.ClipByValue(p, epsilon, 1-epsilon)
	return c.Neg(c.Sum(c.Mul(y, c.Log(p)), []int{-1}, false))
}

// Configure writes the axis, which is always the last one.
func (l *CategoricalCrossentropy) Configure(config map[string]any) { config["axis"] = -1 }

// SparseCategoricalCrossentropy is -log(p) of the class whose number the target
// is.
type SparseCategoricalCrossentropy struct {
	Common
	FromLogits bool `keras:"from_logits"`
}

// Samples builds the loss of each sample.
func (l *SparseCategoricalCrossentropy) Samples(c *Call) *runtime.Value {
	x := c.logits(l.FromLogits)
	if x == nil {
		x = c.Log(c.ClipByValue(c.P, epsilon, 1-epsilon))
	}
	return c.SoftmaxCrossentropy(c.oneHot(), x)
}

// logits returns the logits if the loss is to be computed from them. Keras takes
// those of a sigmoid for a categorical crossentropy too.
func (c *Call) logits(given bool) *runtime.Value {
	if c.Logits == nil && given {
		return c.P
	}
	return c.Logits
}

// oneHot turns class numbers, with or without a last axis of 1, into rows.
func (c *Call) oneHot() *runtime.Value {
	y := c.Targets
	if y.Rank() == c.P.Rank() && y.Shape[y.Rank()-1] == 1 {
		y = c.Squeeze(y, -1)
	}
	return c.OneHot(c.Cast(y, runtime.Int32), c.P.Shape[c.P.Rank()-1])
}
