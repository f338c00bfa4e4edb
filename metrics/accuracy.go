package metrics

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	Register("Accuracy", func() Metric { return new(Accuracy) })
	registerMean("BinaryAccuracy", func() Metric { return &BinaryAccuracy{Threshold: 0.5} })
	registerMean("CategoricalAccuracy", func() Metric { return new(CategoricalAccuracy) })
	registerMean("SparseCategoricalAccuracy", func() Metric { return new(SparseCategoricalAccuracy) })
	registerMean("TopKCategoricalAccuracy", func() Metric { return &TopKCategoricalAccuracy{K: 5} })
	registerMean("SparseTopKCategoricalAccuracy", func() Metric { return &SparseTopKCategoricalAccuracy{K: 5} })
}

// Accuracy is the share of elements that are predicted exactly: Keras' class of
// that name, which "accuracy" does not mean.
type Accuracy struct{ Common }

// Read builds the mean.
func (m *Accuracy) Read(c *Call) Reading { return c.Average(c.number(c.Equal(c.Y, c.P))) }

// BinaryAccuracy is the share of elements above the threshold where the target is
// 1, and not above it where that is 0.
type BinaryAccuracy struct {
	Common
	Threshold float64 `keras:"threshold"`
}

// Read builds the mean.
func (m *BinaryAccuracy) Read(c *Call) Reading {
	hard := c.number(c.Greater(c.P, c.Scalar(float32(m.Threshold))))
	return c.Average(c.Mean(c.number(c.Equal(c.Y, hard)), []int{-1}, false))
}

// CategoricalAccuracy is the share of samples whose greatest prediction stands
// where the greatest target does.
type CategoricalAccuracy struct{ Common }

// Read builds the mean.
func (m *CategoricalAccuracy) Read(c *Call) Reading {
	return c.Average(c.number(c.Equal(c.ArgMax(c.Targets), c.ArgMax(c.P))))
}

// SparseCategoricalAccuracy is CategoricalAccuracy of targets that are numbers of
// classes.
type SparseCategoricalAccuracy struct{ Common }

// Read builds the mean.
func (m *SparseCategoricalAccuracy) Read(c *Call) Reading {
	return c.Average(c.number(c.Equal(c.classes(), c.ArgMax(c.P))))
}

// TopKCategoricalAccuracy is the share of samples whose class is among the K that
// are predicted highest.
type TopKCategoricalAccuracy struct {
	Common
	K int `keras:"k"`
}

// Read builds the mean.
func (m *TopKCategoricalAccuracy) Read(c *Call) Reading {
	return c.Average(c.inTop(m.K, c.ArgMax(c.Targets)))
}

// SparseTopKCategoricalAccuracy is TopKCategoricalAccuracy of targets that are
// numbers of classes.
type SparseTopKCategoricalAccuracy struct {
	Common
	K int `keras:"k"`
}

// Read builds the mean.
func (m *SparseTopKCategoricalAccuracy) Read(c *Call) Reading {
	return c.Average(c.inTop(m.K, c.classes()))
}

// AutoAccuracy is what "accuracy" means to compile(): the binary, categorical or
// sparse categorical one, by the shapes of targets and predictions.
type AutoAccuracy struct{ Common }

// Read builds the mean.
func (m *AutoAccuracy) Read(c *Call) Reading {
	y, p := c.Targets.Shape, c.P.Shape
	switch {
	case p[len(p)-1] == 1:
		return (&BinaryAccuracy{Threshold: 0.5}).Read(c)
	case len(y) < len(p) || y[len(y)-1] == 1:
		return new(SparseCategoricalAccuracy).Read(c)
	}
	return new(CategoricalAccuracy).Read(c)
}

// classes are the numbers of the targets' classes.
func (c *Call) classes() *runtime.Value {
	y := c.Targets
	if y.Rank() == c.P.Rank() && y.Shape[y.Rank()-1] == 1 {
		y = c.Squeeze(y, -1)
	}
	return c.Cast(y, runtime.Int32)
}

// inTop is 1 where fewer than k classes are predicted above the target's, as
// tf.math.in_top_k has it: ties count for the target.
func (c *Call) inTop(k int, class *runtime.Value) *runtime.Value {
	one := c.OneHot(class, c.P.Shape[c.P.Rank()-1])
	target := c.Sum(c.Mul(one, c.P), []int{-1}, true)
	above := c.Sum(c.number(c.Greater(c.P, target)), []int{-1}, false)
	return c.number(c.Less(above, c.Scalar(float32(k))))
}
