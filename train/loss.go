package train

import (
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// epsilon is keras.config.epsilon().
const epsilon = 1e-7

// reduce makes one number of the samples' losses, or leaves them as they are when
// the loss has no reduction. A mask counts as weights whose
// mean is 1 when the loss is a mean, so that it is over the valid elements
// (keras/src/losses/loss.py, apply_mask).
func reduce(l *losses.Common, b *runtime.Builder, samples, weight, mask *runtime.Value) *runtime.Value {
	var factor *runtime.Value
	if weight != nil {
		factor = expand(b, weight, samples.Rank())
	}
	if mask != nil && mask.Rank() == samples.Rank() {
		valid := b.Cast(mask, runtime.Float32)
		if l.Reduction == "" {
			valid = b.Mul(valid, b.Div(b.Scalar(1), b.Maximum(b.Mean(valid, nil, false), b.Scalar(epsilon))))
		}
		if factor == nil {
			factor = valid
		} else {
			factor = b.Mul(factor, valid)
		}
	}
	if factor == nil && l.Reduction == "mean_with_sample_weight" {
		return b.Mean(samples, nil, false)
	}
	if factor != nil {
		samples = b.Mul(samples, factor)
	}
	switch l.Reduction {
	case "none":
		return samples
	case "sum":
		return b.Sum(samples, nil, false)
	case "mean_with_sample_weight":
		total := b.Sum(b.BroadcastTo(factor, samples), nil, false)
		return b.Div(b.Sum(samples, nil, false), b.Maximum(total, b.Scalar(epsilon)))
	}
	return b.Mean(samples, nil, false)
}

// expand adds axes of size 1 at the end.
func expand(b *runtime.Builder, v *runtime.Value, rank int) *runtime.Value {
	for range rank - v.Rank() {
		v = b.ExpandDims(v, -1)
	}
	return v
}
