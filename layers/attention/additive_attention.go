package attention

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("AdditiveAttention", func() layers.Layer { return &AdditiveAttention{attentionOptions{UseScale: true}} })
}

// AdditiveAttention weighs values by softmax(Σ scale·tanh(query + key))
// (keras/src/layers/attention/additive_attention.py; Bahdanau et al. 2015).
type AdditiveAttention struct{ attentionOptions }

// Validate implements Validator.
func (l *AdditiveAttention) Validate(d *layers.Decoder) { d.WantRate("dropout", l.Dropout) }

// Build implements Layer.
func (l *AdditiveAttention) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := l.wantInputs(in); err != nil || !l.UseScale {
		return nil, err
	}
	n, err := layers.WantKnown(in[0], -1)
	return []layers.Weight{{Name: "scale", Shape: runtime.Shape{n}, Trainable: true, Initializer: layers.Initializer{Class: "GlorotUniform"}}}, err
}

// Call implements Layer.
func (l *AdditiveAttention) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	sum := c.Tanh(pairs(c, layers.Floats(c, in[0].Value), layers.Floats(c, in[len(in)-1].Value)))
	if l.UseScale {
		sum = c.Mul(sum, c.Weight("scale"))
	}
	return l.weigh(c, in, c.Sum(sum, []int{-1}, false))
}
