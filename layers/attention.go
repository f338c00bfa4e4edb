package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &Attention{ScoreMode: "dot"} }, "Attention")
	register(func() Layer { return &AdditiveAttention{attentionOptions{UseScale: true}} }, "AdditiveAttention")
}

// attentionOptions are what Attention and AdditiveAttention have in common.
type attentionOptions struct {
	Common
	UseScale bool    `keras:"use_scale"`
	Dropout  float64 `keras:"dropout"`
	Seed     any     `keras:"seed"`
}

// Attention weighs values by softmax(query·keyᵀ)
// (keras/src/layers/attention/attention.py). It is called on query, value and,
// if that is not the value, key.
type Attention struct {
	attentionOptions
	ScoreMode string `keras:"score_mode"`
}

// Validate implements validator.
func (l *Attention) Validate(d *Decoder) {
	if l.ScoreMode != "dot" && l.ScoreMode != "concat" {
		d.Broken("score_mode must be dot or concat, received %q", l.ScoreMode)
	}
	wantRate(d, "dropout", l.Dropout)
}

// Build implements Layer.
func (l *Attention) Build(in []runtime.Shape) ([]Weight, error) {
	scalar := func(name string) Weight {
		return Weight{Name: name, Shape: runtime.Shape{}, Trainable: true, Initializer: Initializer{Class: "Ones"}}
	}
	var w []Weight
	if l.UseScale {
		w = append(w, scalar("scale"))
	}
	if l.ScoreMode == "concat" {
		w = append(w, scalar("concat_score_weight"))
	}
	return w, l.wantInputs(in)
}

func (l *attentionOptions) wantInputs(in []runtime.Shape) error {
	if err := WantInputs(len(in), 2, 3); err != nil {
		return err
	}
	for _, s := range in {
		if err := WantRank(s, 3, len(in[0])); err != nil {
			return err
		}
	}
	return nil
}

// Call implements Layer.
func (l *Attention) Call(c *Call, in []Tensor) ([]Tensor, error) {
	query, key := in[0].Value, in[len(in)-1].Value
	var scores *runtime.Value
	if l.ScoreMode == "dot" {
		scores = c.MatMulT(query, key, false, true)
		if l.UseScale {
			scores = c.Mul(scores, c.Weights[0])
		}
	} else {
		sum := pairs(c, query, key)
		if l.UseScale {
			sum = c.Mul(sum, c.Weights[0])
		}
		scores = c.Mul(c.Sum(c.Tanh(sum), []int{-1}, false), c.Weights[len(c.Weights)-1])
	}
	return l.weigh(c, in, scores)
}

// pairs adds every query to every key: (batch, queries, keys, depth).
func pairs(c *Call, query, key *runtime.Value) *runtime.Value {
	return c.Add(c.ExpandDims(query, -2), c.ExpandDims(key, -3))
}

// weigh turns scores into weights and applies them to the values.
func (l *attentionOptions) weigh(c *Call, in []Tensor, scores *runtime.Value) ([]Tensor, error) {
	query, value := masksOf(c, in)
	var mask *runtime.Value
	if value != nil {
		mask = c.ExpandDims(value, -2)
	}
	if flag(c, "use_causal_mask") {
		before := c.GreaterEqual(c.Iota(scores, -2), c.Iota(scores, -1))
		if mask != nil {
			before = c.And(mask, before)
		}
		mask = before
	}
	if mask != nil {
		scores = c.Select(mask, scores, c.Add(scores, c.Scalar(masked)))
	}
	weights := c.Softmax(scores)
	kept := weights
	if c.Training && l.Dropout > 0 {
		kept = dropout(c, weights, l.Dropout, nil)
	}
	y := c.MatMul(kept, in[1].Value)
	if query != nil {
		y = c.Select(c.ExpandDims(query, -1), y, c.Scalar(0))
	}
	out := []Tensor{{Value: y, Mask: query}}
	if flag(c, "return_attention_scores") {
		out = append(out, Tensor{Value: weights})
	}
	return out, nil
}

// masksOf returns the masks of query and value: those that the tensors carry, or
// the list that the call gave.
func masksOf(c *Call, in []Tensor) (query, value *runtime.Value) {
	query, value = in[0].Mask, in[1].Mask
	given, ok := c.Kwargs["mask"].([]any)
	if !ok {
		return query, value
	}
	query, value = nil, nil
	for i, m := range given {
		if t, ok := m.(Tensor); ok && i == 0 {
			query = c.Cast(t.Value, runtime.Bool)
		} else if ok && i == 1 {
			value = c.Cast(t.Value, runtime.Bool)
		}
	}
	return query, value
}

// AdditiveAttention weighs values by softmax(Σ scale·tanh(query + key))
// (keras/src/layers/attention/additive_attention.py; Bahdanau et al. 2015).
type AdditiveAttention struct{ attentionOptions }

// Validate implements validator.
func (l *AdditiveAttention) Validate(d *Decoder) { wantRate(d, "dropout", l.Dropout) }

// Build implements Layer.
func (l *AdditiveAttention) Build(in []runtime.Shape) ([]Weight, error) {
	if err := l.wantInputs(in); err != nil || !l.UseScale {
		return nil, err
	}
	n, err := WantKnown(in[0], -1)
	return []Weight{{Name: "scale", Shape: runtime.Shape{n}, Trainable: true, Initializer: Initializer{Class: "GlorotUniform"}}}, err
}

// Call implements Layer.
func (l *AdditiveAttention) Call(c *Call, in []Tensor) ([]Tensor, error) {
	sum := c.Tanh(pairs(c, in[0].Value, in[len(in)-1].Value))
	if l.UseScale {
		sum = c.Mul(sum, c.Weights[0])
	}
	return l.weigh(c, in, c.Sum(sum, []int{-1}, false))
}
