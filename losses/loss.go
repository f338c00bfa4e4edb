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
	// ("sum_over_batch_size"), others are "sum" and "mean_with_sample_weight".
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
	Keras2  bool           // with the numerics of Keras 2 where they differ
}

// NewCall prepares a use of a loss.
func NewCall(b *runtime.Builder, targets, p, logits *runtime.Value, keras2 bool) *Call {
	return &Call{Builder: b, Targets: targets, Y: MatchRank(b, targets, p), P: p, Logits: logits, Keras2: keras2}
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
