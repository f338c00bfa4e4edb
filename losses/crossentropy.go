package losses

import "github.com/kerasrun/kerasrun/runtime"

// Crossentropy on the output of a softmax or sigmoid is computed from what that
// was applied to, as keras/src/backend/tensorflow/nn.py does (_get_logits).
func init() {
	Register("BinaryCrossentropy", func() Loss { return new(BinaryCrossentropy) })
	Register("CategoricalCrossentropy", func() Loss { return new(CategoricalCrossentropy) })
	Register("SparseCategoricalCrossentropy", func() Loss { return new(SparseCategoricalCrossentropy) })
	registerName("crossentropy", func() Loss { return new(AutoCrossentropy) }, "ce")
}

// BinaryCrossentropy is the mean of -y·log(p) - (1 - y)·log(1 - p).
type BinaryCrossentropy struct {
	Common
	FromLogits     bool    `keras:"from_logits"` // predictions are not yet probabilities
	LabelSmoothing float64 `keras:"label_smoothing"`
}

// Samples builds the loss of each sample.
func (l *BinaryCrossentropy) Samples(c *Call) *runtime.Value {
	return c.last(c.binaryCrossentropy(c.smoothed(l.LabelSmoothing, 2), l.FromLogits))
}

// binaryCrossentropy is that of each element of targets y.
func (c *Call) binaryCrossentropy(y *runtime.Value, fromLogits bool) *runtime.Value {
	one := c.Scalar(1)
	if x := c.logits(fromLogits); x != nil {
		// max(x, 0) - x·y + log(1 + e^-|x|)
		return c.Add(c.Sub(c.Relu(x), c.Mul(x, y)), c.Log1p(c.Exp(c.Neg(c.Abs(x)))))
	}
	p := c.ClipByValue(c.P, epsilon, 1-epsilon)
	q := c.Sub(one, p)
	if c.Rules == Keras2 { // which adds epsilon once more; TensorFlow folds 1 - p + epsilon into (1 + epsilon) - p
		p, q = c.Add(p, c.Scalar(epsilon)), c.Sub(c.Scalar(1+epsilon), p)
	}
	return c.Neg(c.Add(c.Mul(y, c.Log(p)), c.Mul(c.Sub(one, y), c.Log(q))))
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
	y := c.smoothed(l.LabelSmoothing, c.P.Shape[c.P.Rank()-1])
	if x := c.logits(l.FromLogits); x != nil {
		return c.SoftmaxCrossentropy(y, x)
	}
	p := c.probabilities(c.P)
	return c.Neg(c.Sum(c.Mul(y, c.Log(p)), []int{-1}, false))
}

// Configure writes the axis, which is always the last one.
func (l *CategoricalCrossentropy) Configure(config map[string]any) { config["axis"] = -1 }

// SparseCategoricalCrossentropy is -log(p) of the class whose number the target
// is.
type SparseCategoricalCrossentropy struct {
	Common
	FromLogits  bool `keras:"from_logits"`
	IgnoreClass *int `keras:"ignore_class"` // samples of this class do not count
}

// Samples builds the loss of each sample.
func (l *SparseCategoricalCrossentropy) Samples(c *Call) *runtime.Value {
	if l.IgnoreClass != nil {
		return l.samplesOf(c, float32(*l.IgnoreClass))
	}
	x := c.logits(l.FromLogits)
	if x == nil {
		x = c.Log(c.ClipByValue(c.P, epsilon, 1-epsilon))
	}
	return c.SoftmaxCrossentropy(c.oneHot(), x)
}

// samplesOf is Samples without those of a class, whose loss is 0. Predictions pass
// a choice there, behind which Keras sees no logits.
func (l *SparseCategoricalCrossentropy) samplesOf(c *Call, ignored float32) *runtime.Value {
	y, zero := c.Targets, c.Scalar(0)
	if y.Rank() == c.P.Rank() && y.Shape[y.Rank()-1] == 1 {
		y = c.Squeeze(y, -1)
	}
	c.Valid = c.NotEqual(y, c.Scalar(ignored))
	in := *c
	in.Targets = c.Select(c.Valid, y, zero)
	in.P, in.Logits = c.Select(c.ExpandDims(c.Valid, -1), c.P, zero), nil
	rest := SparseCategoricalCrossentropy{FromLogits: l.FromLogits}
	return c.Select(c.Valid, rest.Samples(&in), zero)
}

// smoothed are the targets with a part of each spread over so many classes.
func (c *Call) smoothed(part float64, classes int) *runtime.Value {
	s := float32(part)
	if s == 0 {
		return c.Y
	}
	return c.Add(c.Mul(c.Y, c.Scalar(1-s)), c.Scalar(s/float32(classes)))
}

// probabilities makes predictions of classes add up to 1, none of them 0 or 1.
func (c *Call) probabilities(p *runtime.Value) *runtime.Value {
	return c.ClipByValue(c.Div(p, c.Sum(p, []int{-1}, true)), epsilon, 1-epsilon)
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

// AutoCrossentropy is what "crossentropy" means to compile(): the binary, sparse
// categorical or categorical one, by the shapes of targets and predictions.
type AutoCrossentropy struct{ Common }

// Samples builds the loss of each sample.
func (l *AutoCrossentropy) Samples(c *Call) *runtime.Value {
	y, p := c.Targets.Shape, c.P.Shape
	switch {
	case p[len(p)-1] == 1:
		return new(BinaryCrossentropy).Samples(c)
	case len(y) < len(p) || y[len(y)-1] == 1:
		return new(SparseCategoricalCrossentropy).Samples(c)
	}
	return new(CategoricalCrossentropy).Samples(c)
}
