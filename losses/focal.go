package losses

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	Register("BinaryFocalCrossentropy", func() Loss { return &BinaryFocalCrossentropy{Alpha: 0.25, Gamma: 2} })
	Register("CategoricalFocalCrossentropy", func() Loss { return &CategoricalFocalCrossentropy{Alpha: 0.25, Gamma: 2} })
}

// BinaryFocalCrossentropy is BinaryCrossentropy whose elements weigh (1 - q)^gamma,
// q being the probability that is predicted for the target (Lin et al. 2018).
type BinaryFocalCrossentropy struct {
	Common
	ApplyClassBalancing bool    `keras:"apply_class_balancing"` // weigh ones with Alpha, zeros with 1 - Alpha
	Alpha               float64 `keras:"alpha"`
	Gamma               float64 `keras:"gamma"`
	FromLogits          bool    `keras:"from_logits"`
	LabelSmoothing      float64 `keras:"label_smoothing"`
}

// Samples builds the loss of each sample.
func (l *BinaryFocalCrossentropy) Samples(c *Call) *runtime.Value {
	y, p := c.smoothed(l.LabelSmoothing, 2), c.P
	if l.FromLogits {
		p = c.Sigmoid(p)
	}
	// y picks the first of a pair, 1 - y the second.
	mix := func(a, b *runtime.Value) *runtime.Value {
		return c.Add(c.Mul(y, a), c.Mul(c.Sub(c.Scalar(1), y), b))
	}
	q := mix(p, c.Sub(c.Scalar(1), p))
	loss := c.Mul(c.Pow(c.Sub(c.Scalar(1), q), c.Scalar(float32(l.Gamma))), c.binaryCrossentropy(y, l.FromLogits))
	if l.ApplyClassBalancing {
		loss = c.Mul(mix(c.Scalar(float32(l.Alpha)), c.Scalar(float32(1-l.Alpha))), loss)
	}
	return c.last(loss)
}

// Configure writes the axis, which is always the last one.
func (l *BinaryFocalCrossentropy) Configure(config map[string]any) { config["axis"] = -1 }

// CategoricalFocalCrossentropy is the sum of -alpha·(1 - p)^gamma·y·log(p), y being
// one-hot. Unlike the other crossentropies it never looks for the logits behind
// the predictions.
type CategoricalFocalCrossentropy struct {
	Common
	Alpha          float64 `keras:"alpha"`
	Gamma          float64 `keras:"gamma"`
	FromLogits     bool    `keras:"from_logits"`
	LabelSmoothing float64 `keras:"label_smoothing"`
}

// Samples builds the loss of each sample.
func (l *CategoricalFocalCrossentropy) Samples(c *Call) *runtime.Value {
	p := c.P
	if l.FromLogits {
		p = c.Softmax(p)
	}
	p = c.probabilities(p)
	y := c.smoothed(l.LabelSmoothing, c.P.Shape[c.P.Rank()-1])
	weight := c.Mul(c.Pow(c.Sub(c.Scalar(1), p), c.Scalar(float32(l.Gamma))), c.Scalar(float32(l.Alpha)))
	return c.Sum(c.Mul(weight, c.Neg(c.Mul(y, c.Log(p)))), []int{-1}, false)
}

// Configure writes the axis, which is always the last one.
func (l *CategoricalFocalCrossentropy) Configure(config map[string]any) { config["axis"] = -1 }
