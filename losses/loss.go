package losses

import "github.com/kerasrun/kerasrun/runtime"

// Loss compares predictions with targets. An implementation is a pointer to a
// struct that embeds Common; its options are the exported fields that are tagged
// `keras:"key"`.
type Loss interface {
	Base() *Common
	// Samples builds the loss of each sample, of shape (batch, …): the
	// predictions' shape without the last axis.
	Samples(c *Call) *runtime.Value
}

// Common is what every loss has. Embed it.
type Common struct {
	// Reduction makes one number of the samples' losses: "" is their mean
	// ("sum_over_batch_size"), others are "sum", "mean_with_sample_weight", and
	// "none": training goes by their sum, and their mean is reported.
	Reduction string
}

// Base returns the common part.
func (c *Common) Base() *Common { return c }

// Call is one use of a loss in a graph.
type Call struct {
	*runtime.Builder
	Targets *runtime.Value // as the caller gave them: class numbers may lack the last axis
	Y       *runtime.Value // the same with the rank of P
	P       *runtime.Value // predictions
	Logits  *runtime.Value // what a softmax or sigmoid made P of, or nil
	Rules   Rules

	Valid *runtime.Value // set by Samples: the samples that count; nil is all
}

// Rules says whose numerics a loss has where they differ.
type Rules int

// The versions that differ.
const (
	Keras3  Rules = iota
	Keras2        // TensorFlow's Keras 2, and Keras 2.3: 1 - p + epsilon in the binary crossentropy
	Keras22       // Keras by itself, 2.0 to 2.2: crossentropies never see logits behind p
	Keras1        // Keras 1: that, and the cosine similarity is a mean
)

// NewCall prepares a use of a loss.
func NewCall(b *runtime.Builder, targets, p, logits *runtime.Value, rules Rules) *Call {
	if rules >= Keras22 {
		logits = nil
	}
	return &Call{Builder: b, Targets: targets, Y: MatchRank(b, targets, p), P: p, Logits: logits, Rules: rules}
}

// MatchRank gives targets the rank of the predictions, as Keras squeezes or
// expands a last axis of size 1.
func MatchRank(b *runtime.Builder, y, p *runtime.Value) *runtime.Value {
	switch {
	case y.Rank() == p.Rank()-1 && p.Rank() > 1 && p.Shape[p.Rank()-1] == 1:
		return b.ExpandDims(y, -1)
	case y.Rank() == p.Rank()+1 && y.Shape[y.Rank()-1] == 1:
		return b.Squeeze(y, -1)
	}
	return y
}

// epsilon is keras.config.epsilon().
const epsilon = 1e-7

// last is the mean over the last axis.
func (c *Call) last(v *runtime.Value) *runtime.Value { return c.Mean(v, []int{-1}, false) }
