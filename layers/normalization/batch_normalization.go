package normalization

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("BatchNormalization", func() layers.Layer {
		return &BatchNormalization{Axis: []int{-1}, Momentum: 0.99, Epsilon: 1e-3, RenormMomentum: 0.99, affine: defaultAffine,
			MovingMeanInitializer: layers.Initializer{Class: "Zeros"}, MovingVarianceInitializer: layers.Initializer{Class: "Ones"}}
	}, "SyncBatchNormalization")
}

// BatchNormalization centers and scales each channel by the statistics of the
// batch in training, which it averages for use in inference
// (keras/src/layers/normalization/batch_normalization.py). With trainable false
// it works as in inference always.
type BatchNormalization struct {
	layers.Common
	affine
	Axis                      []int              `keras:"axis"` // several before Keras 3
	Momentum                  float64            `keras:"momentum"`
	Epsilon                   float64            `keras:"epsilon"`
	MovingMeanInitializer     layers.Initializer `keras:"moving_mean_initializer"`
	MovingVarianceInitializer layers.Initializer `keras:"moving_variance_initializer"`
	Synchronized              bool               `keras:"synchronized"` // over devices; there is one
	Renorm                    bool               `keras:"renorm"`
	RenormClipping            *clipping          `keras:"renorm_clipping"`
	RenormMomentum            float64            `keras:"renorm_momentum"`
	VirtualBatchSize          *int               `keras:"virtual_batch_size"` // of Keras 2; in training alone

	// Bessel asks for the fused kernel of Keras 2, which takes inputs of rank 4 and
	// 5 whose channels are the last or the second axis: it stores the unbiased
	// variance and knows no mask. Package keras sets it.
	Bessel bool `keras:"bessel"`

	// Keras1Mode is 1 for the normalization of each sample over its last axis, 2 for
	// that by the batch at hand in inference too. Package keras sets it.
	Keras1Mode int `keras:"keras1_mode"`
}

// Validate implements Validator.
func (l *BatchNormalization) Validate(d *layers.Decoder) {
	if len(l.Axis) == 0 {
		d.Broken("axis must be one axis or more, received none")
	}
	if l.Keras1Mode < 0 || l.Keras1Mode > 2 {
		d.Unsupported("mode=%d", l.Keras1Mode)
	}
	l.checkRenorm(d)
}

// Build implements Layer.
func (l *BatchNormalization) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	shape, err := l.shape(in[0])
	if err != nil {
		return nil, err
	}
	w := append(l.weights(shape),
		layers.Weight{Name: "moving_mean", Shape: shape, Initializer: l.MovingMeanInitializer},
		layers.Weight{Name: "moving_variance", Shape: shape, Initializer: l.MovingVarianceInitializer})
	return append(w, l.renormWeights(shape)...), nil
}

// Call implements Layer.
func (l *BatchNormalization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := layers.Floats(c, in[0].Value)
	switch {
	case l.Keras1Mode == 1:
		return layers.Keep(in[0], l.ofSamples(c, x))
	case l.Keras1Mode == 2 || len(l.Axis) > 1:
		y, err := l.ofAxes(c, x, in[0].Mask)
		if err != nil {
			return nil, err
		}
		return layers.Keep(in[0], y)
	}
	axis, err := x.Shape.Axis(l.Axis[0])
	if err != nil {
		return nil, err
	}
	gamma, beta := l.of(c)
	mean, variance := c.Weight("moving_mean"), c.Weight("moving_variance")
	if c.Training && l.Trainable {
		if l.VirtualBatchSize != nil {
			return nil, fmt.Errorf("virtual_batch_size=%d cannot be trained", *l.VirtualBatchSize)
		}
		mask, fused := in[0].Mask, l.Bessel && !l.Renorm && (x.Rank() == 4 || x.Rank() == 5) && (axis == 1 || axis == x.Rank()-1)
		if fused {
			mask = nil
		}
		if mask != nil {
			if err := layers.WantRank(mask.Shape, x.Rank()-1, x.Rank()-1); err != nil {
				return nil, err
			}
		}
		var count *runtime.Value
		mean, variance, count = l.moments(c, x, mask, axis)
		stored := variance
		if fused {
			stored = c.Div(c.Mul(variance, count), c.Maximum(c.Sub(count, c.Scalar(1)), c.Scalar(1)))
		}
		if l.Renorm {
			gamma, beta = l.renormed(c, mean, variance, gamma, beta)
		} else {
			c.Update("moving_mean", moved(c, c.Current("moving_mean"), mean, l.Momentum))
			c.Update("moving_variance", moved(c, c.Current("moving_variance"), stored, l.Momentum))
		}
	}
	scale := c.Rsqrt(c.Add(variance, c.Scalar(float32(l.Epsilon))))
	if gamma != nil {
		scale = c.Mul(scale, gamma)
	}
	shift := c.Neg(c.Mul(mean, scale))
	if beta != nil {
		shift = c.Add(beta, shift)
	}
	y := c.Add(c.Mul(x, along(c, scale, x, axis)), along(c, shift, x, axis))
	return layers.Keep(in[0], y)
}

// moved is a moving average after a step.
func moved(c *layers.Call, old, new *runtime.Value, momentum float64) *runtime.Value {
	return c.Add(c.Mul(old, c.Scalar(float32(momentum))), c.Mul(new, c.Scalar(float32(1-momentum))))
}

// moments returns mean and biased variance of each channel, and how many
// numbers each is of. Masked steps do not count.
func (l *BatchNormalization) moments(c *layers.Call, x, mask *runtime.Value, axis int) (mean, variance, count *runtime.Value) {
	axes := layers.OtherAxes(x.Rank(), axis)
	flat := func(v *runtime.Value) *runtime.Value { return c.Reshape(v, runtime.Infer) }
	if mask == nil {
		m := c.Mean(x, axes, true)
		variance = c.Mean(c.Square(c.Sub(x, m)), axes, true)
		return flat(m), flat(variance), countOf(c, x, axis)
	}
	const epsilon = 1e-7 // keras.config.epsilon()
	where := c.ExpandDims(mask, -1)
	weights := c.Select(where, c.BroadcastTo(c.Scalar(1), x), c.Scalar(0))
	count = c.Sum(weights, axes, true)
	least := c.Add(count, c.Scalar(epsilon))
	m := c.Div(c.Sum(c.Select(where, x, c.Scalar(0)), axes, true), least)
	difference := c.Select(where, c.Sub(x, m), c.Scalar(0))
	variance = c.Div(c.Sum(c.Square(difference), axes, true), least)
	return flat(m), flat(variance), flat(count)
}

// countOf returns how many places a tensor has for each one on an axis.
func countOf(c *layers.Call, x *runtime.Value, axis int) *runtime.Value {
	ranges := make([]runtime.Range, x.Rank())
	for a := range ranges {
		ranges[a] = runtime.Whole
	}
	ranges[axis] = runtime.Range{From: 0, To: 1, Step: 1}
	return c.Sum(c.BroadcastTo(c.Scalar(1), c.Slice(x, ranges...)), nil, false)
}
