package core

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("ReversibleEmbedding", func() layers.Layer {
		return &ReversibleEmbedding{Embedding: Embedding{EmbeddingsInitializer: layers.Initializer{Class: "RandomUniform"}}, TieWeights: true}
	})
}

// ReversibleEmbedding turns indices into rows of a table, and called with
// reverse=True vectors into how well they match each row
// (keras/src/layers/core/reversible_embedding.py).
type ReversibleEmbedding struct {
	Embedding
	TieWeights   bool     `keras:"tie_weights"`
	ReverseDType *string  `keras:"reverse_dtype"`
	LogitSoftCap *float64 `keras:"logit_soft_cap"`
}

// Validate implements Validator.
func (l *ReversibleEmbedding) Validate(d *layers.Decoder) {
	l.Embedding.Validate(d)
	if t := l.ReverseDType; t != nil && *t != "float32" {
		d.Unsupported("reverse_dtype=%q", *t)
	}
}

// Build implements Layer.
func (l *ReversibleEmbedding) Build(in []runtime.Shape) ([]layers.Weight, error) {
	w, err := l.Embedding.Build(in)
	if l.TieWeights {
		return w, err
	}
	reverse := []layers.Weight{{Name: "reverse_embeddings", Shape: runtime.Shape{l.OutputDim, l.InputDim}, Trainable: true, Initializer: l.EmbeddingsInitializer}}
	switch l.DType.Quantization {
	case "int8":
		reverse = quantizedWeights(reverse, "reverse_embeddings", runtime.Shape{l.InputDim})
	case "int4":
		reverse = l.int4ReverseWeights(reverse)
	}
	return append(w, reverse...), err
}

// Call implements Layer.
func (l *ReversibleEmbedding) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if !c.KeywordFlag("reverse") {
		return l.Embedding.Call(c, in)
	}
	x := c.Cast(in[0].Value, runtime.Float32)
	if x.Rank() < 2 || x.Shape[x.Rank()-1] >= 0 && x.Shape[x.Rank()-1] != l.OutputDim {
		return nil, &runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("vectors of %d", l.OutputDim), Received: x.Shape.String()}
	}
	var y *runtime.Value
	switch {
	case l.DType.Quantization == "int8" && !l.TieWeights:
		y = l.quantizedEinsum(c, l.DType, "...a,ab->...b", x, c.Weight("reverse_embeddings"), c.Weight("reverse_embeddings_scale"))
	case l.DType.Quantization == "int8":
		y = l.quantizedEinsum(c, l.DType, "...a,ba->...b", x, c.Weight("embeddings"), c.Weight("embeddings_scale"))
	case l.DType.Quantization == "int4":
		y = l.int4Reverse(c, x)
	case l.TieWeights:
		y = c.MatMulT(x, c.Weight("embeddings"), false, true)
	default:
		y = c.MatMul(x, c.Weight("reverse_embeddings"))
	}
	if most := l.LogitSoftCap; most != nil {
		y = c.Mul(c.Tanh(c.Div(y, c.Scalar(float32(*most)))), c.Scalar(float32(*most)))
	}
	return layers.One(y)
}
