package attention

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Attention", func() layers.Layer { return &Attention{ScoreMode: "dot"} })
}

// attentionOptions are what Attention and AdditiveAttention have in common.
type attentionOptions struct {
	layers.Common
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

// Validate implements Validator.
func (l *Attention) Validate(d *layers.Decoder) {
	if l.ScoreMode != "dot" && l.ScoreMode != "concat" {
		d.Broken("score_mode must be dot or concat, received %q", l.ScoreMode)
	}
	d.WantRate("dropout", l.Dropout)
}

// Build implements Layer.
func (l *Attention) Build(in []runtime.Shape) ([]layers.Weight, error) {
	scalar := func(name string) layers.Weight {
		return layers.Weight{Name: name, Shape: runtime.Shape{}, Trainable: true, Initializer: layers.Initializer{Class: "Ones"}}
	}
	var w []layers.Weight
	if l.UseScale {
		w = append(w, scalar("scale"))
	}
	if l.ScoreMode == "concat" {
		w = append(w, scalar("concat_score_weight"))
	}
	return w, l.wantInputs(in)
}

func (l *attentionOptions) wantInputs(in []runtime.Shape) error {
	if err := layers.WantInputs(len(in), 2, 3); err != nil {
		return err
	}
	for _, s := range in {
		if err := layers.WantRank(s, 3, len(in[0])); err != nil {
			return err
		}
	}
	return nil
}

// Call implements Layer.
func (l *Attention) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	query, key := in[0].Value, in[len(in)-1].Value
	var scores *runtime.Value
	if l.ScoreMode == "dot" {
		scores = c.MatMulT(query, key, false, true)
		if l.UseScale {
			scores = c.Mul(scores, c.Weight("scale"))
		}
	} else {
		sum := pairs(c, query, key)
		if l.UseScale {
			sum = c.Mul(sum, c.Weight("scale"))
		}
		scores = c.Mul(c.Sum(c.Tanh(sum), []int{-1}, false), c.Weight("concat_score_weight"))
	}
	return l.weigh(c, in, scores)
}

// pairs adds every query to every key: (batch, queries, keys, depth).
func pairs(c *layers.Call, query, key *runtime.Value) *runtime.Value {
	return c.Add(c.ExpandDims(query, -2), c.ExpandDims(key, -3))
}

// weigh turns scores into weights and applies them to the values.
func (l *attentionOptions) weigh(c *layers.Call, in []layers.Tensor, scores *runtime.Value) ([]layers.Tensor, error) {
	query, value := in[0].Mask, in[1].Mask
	var mask *runtime.Value
	if value != nil {
		mask = c.ExpandDims(value, -2)
	}
	if c.KeywordFlag("use_causal_mask") {
		before := c.GreaterEqual(c.Iota(scores, -2), c.Iota(scores, -1))
		if mask != nil {
			before = c.And(mask, before)
		}
		mask = before
	}
	if mask != nil {
		scores = c.Select(mask, scores, c.Add(scores, c.Scalar(layers.MaskedScore)))
	}
	weights := c.Softmax(scores)
	kept := weights
	if c.Training && l.Dropout > 0 {
		kept = c.Dropout(weights, l.Dropout, nil)
	}
	y := c.MatMul(kept, in[1].Value)
	if query != nil {
		y = c.Select(c.ExpandDims(query, -1), y, c.Scalar(0))
	}
	out := []layers.Tensor{{Value: y, Mask: query}}
	if c.KeywordFlag("return_attention_scores") {
		out = append(out, layers.Tensor{Value: weights})
	}
	return out, nil
}
