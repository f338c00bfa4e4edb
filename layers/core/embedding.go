package core

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Embedding", func() layers.Layer {
		return &Embedding{EmbeddingsInitializer: layers.Initializer{Class: "RandomUniform"}}
	})
}

// Embedding turns indices into rows of a table
// (keras/src/layers/core/embedding.py). An index outside the table gives zeros.
type Embedding struct {
	layers.Common
	quantized
	InputDim              int                 `keras:"input_dim"`
	OutputDim             int                 `keras:"output_dim"`
	EmbeddingsInitializer layers.Initializer  `keras:"embeddings_initializer"`
	EmbeddingsRegularizer *layers.Regularizer `keras:"embeddings_regularizer"`
	EmbeddingsConstraint  *layers.Constraint  `keras:"embeddings_constraint"`
	// NoNegative refuses negative indices, as Keras 2 on TensorFlow; from Keras 3 on
	// they count from the end. Package keras sets it.
	NoNegative bool `keras:"no_negative_indices"`

	MaskZero bool `keras:"mask_zero"`

	// LoRA freezes the table, as KernelOptions.LoRA does a kernel. Package keras sets it.
	LoRA bool `keras:"lora"`
}

// Validate implements Validator.
func (l *Embedding) Validate(d *layers.Decoder) {
	if l.InputDim < 1 {
		d.Broken("input_dim must be >= 1, received %d", l.InputDim)
	}
	if l.OutputDim < 1 {
		d.Broken("output_dim must be >= 1, received %d", l.OutputDim)
	}
	l.wantQuantizer(d, l.DType, "int8", "int4")
}

// Build implements Layer.
func (l *Embedding) Build(in []runtime.Shape) ([]layers.Weight, error) {
	w := []layers.Weight{{Name: "embeddings", Shape: runtime.Shape{l.InputDim, l.OutputDim}, Trainable: !l.LoRA, LoRA: l.LoRA,
		Initializer: l.EmbeddingsInitializer, Regularizer: l.EmbeddingsRegularizer, Constraint: l.EmbeddingsConstraint}}
	switch l.DType.Quantization {
	case "int8":
		w = quantizedWeights(w, "embeddings", runtime.Shape{l.InputDim})
	case "int4":
		w = l.int4Weights(w)
	}
	return w, layers.WantInputs(len(in), 1, 1)
}

// Call implements Layer.
func (l *Embedding) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	index := c.Cast(in[0].Value, runtime.Int32)
	var t layers.Tensor
	if l.DType.Quantization == "int4" {
		t.Value = l.int4Rows(c, index)
	} else {
		t.Value = c.GatherWithin(c.Weight("embeddings"), index, !l.NoNegative)
	}
	if l.DType.Quantization == "int8" {
		t.Value = c.Cast(t.Value, runtime.Float32)
	}
	if l.DType.Quantization == "int8" && !l.DType.Bare {
		t.Value = c.Div(t.Value, c.ExpandDims(c.Gather(c.Weight("embeddings_scale"), index), -1))
	}
	if l.MaskZero {
		t.Mask = c.NotEqual(index, c.Constant(zeroIndex))
	}
	return []layers.Tensor{t}, nil
}

var zeroIndex, _ = runtime.TensorOf([]int32{0})
