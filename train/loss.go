package train

import (
	"fmt"
	"sort"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Loss is a loss function with its options.
type Loss struct {
	Name           string  // Keras' name of the function: "mean_absolute_error"
	Delta          float64 // huber; 0 means Keras' default, 1
	FromLogits     bool    // crossentropies: predictions are not yet probabilities
	LabelSmoothing float64 // binary and categorical crossentropy
	Reduction      string  // "" is the mean over all elements, "sum", "mean_with_sample_weight"
	Era            int     // 2 or 3: the Keras whose numerics count where they differ; 0 is the one that wrote the model
}

// lossFunc builds the loss of each sample from targets and predictions of one
// shape: the last axis is reduced.
type lossFunc func(c *lossCall) *runtime.Value

// lossCall is one use of a loss in a graph.
type lossCall struct {
	*runtime.Builder
	Loss
	y, p   *runtime.Value
	logits *runtime.Value // behind p, or nil
}

var losses = map[string]lossFunc{}

// lossAliases maps the other spellings that files and users have.
var lossAliases = map[string]string{
	"mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
	"msle": "mean_squared_logarithmic_error", "kld": "kl_divergence", "kullback_leibler_divergence": "kl_divergence",
	"logcosh": "log_cosh", "cosine_proximity": "cosine_similarity", "kldivergence": "kl_divergence",
}

// ParseLoss finds a loss by any name that Keras gave it: "mse",
// "mean_squared_error", "MeanSquaredError".
func ParseLoss(name string) (Loss, error) {
	n := snakeCase(name)
	if a, ok := lossAliases[n]; ok {
		n = a
	}
	if _, ok := losses[n]; !ok {
		return Loss{}, fmt.Errorf("loss must be one of %s, received %q", strings.Join(LossNames(), ", "), name)
	}
	return Loss{Name: n}, nil
}

// LossNames lists the losses by Keras' names.
func LossNames() []string {
	var names []string
	for n := range losses {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// snakeCase reads the name of a loss or metric however it is spelled; the names
// that Keras writes are layers.SnakeCase's. MeanSquaredError becomes
// mean_squared_error; names in capitals only and names already in snake case are
// put in lower case.
func snakeCase(s string) string {
	if s == strings.ToUpper(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for i, r := range s {
		upper := r >= 'A' && r <= 'Z'
		if upper && i > 0 && s[i-1] != '_' && !(s[i-1] >= 'A' && s[i-1] <= 'Z') {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}

// samples builds the loss of each sample: p and y without their last axis.
func (l Loss) samples(b *runtime.Builder, y *runtime.Value, p layers.Tensor) *runtime.Value {
	c := &lossCall{Builder: b, Loss: l, y: y, p: p.Value, logits: p.Logits}
	if l.Name != "sparse_categorical_crossentropy" {
		c.y = matchRank(b, y, p.Value)
	}
	return losses[l.Name](c)
}

// reduce makes one number of the samples' losses. A mask counts as weights whose
// mean is 1 when the loss is a mean, so that it is over the valid elements
// (keras/src/losses/loss.py, apply_mask).
func (l Loss) reduce(b *runtime.Builder, samples, weight, mask *runtime.Value) *runtime.Value {
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
	if factor == nil && l.Reduction != "sum" {
		return b.Mean(samples, nil, false)
	}
	if factor != nil {
		samples = b.Mul(samples, factor)
	}
	switch l.Reduction {
	case "sum":
		return b.Sum(samples, nil, false)
	case "mean_with_sample_weight":
		total := b.Sum(b.BroadcastTo(factor, samples), nil, false)
		return b.Div(b.Sum(samples, nil, false), b.Maximum(total, b.Scalar(epsilon)))
	}
	return b.Mean(samples, nil, false)
}

// matchRank gives targets the rank of the predictions, as Keras squeezes or
// expands a last axis of size 1.
func matchRank(b *runtime.Builder, y, p *runtime.Value) *runtime.Value {
	switch {
	case y.Rank() == p.Rank()-1 && p.Rank() > 1 && p.Shape[p.Rank()-1] == 1:
		return b.ExpandDims(y, -1)
	case y.Rank() == p.Rank()+1 && y.Shape[y.Rank()-1] == 1:
		return b.Squeeze(y, -1)
	}
	return y
}
