package normalization

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("SpectralNormalization", func() layers.Layer { return &SpectralNormalization{PowerIterations: 1} })
}

// SpectralNormalization calls a layer whose kernel each step of training first
// divides by its largest singular value, found by power iteration
// (keras/src/layers/normalization/spectral_normalization.py). In inference
// nothing is divided.
type SpectralNormalization struct {
	layers.Common
	Layer           layers.Layer `keras:"layer"`
	PowerIterations int          `keras:"power_iterations"`

	// KeepsType leaves the result the type that the layer gives it, as Keras 2
	// does. Keras 3 gives it the input's: an Embedding's becomes integers.
	// Package keras sets it.
	KeepsType bool `keras:"keeps_type"`

	kernel string // the wrapped layer's name of it
}

// Validate implements Validator.
func (l *SpectralNormalization) Validate(d *layers.Decoder) {
	if l.Layer == nil && len(d.Problems) == 0 {
		d.Broken("layer must be a layer, received null")
	}
	if l.PowerIterations < 1 || l.PowerIterations > 1000 {
		d.Broken("power_iterations must be between 1 and 1000, received %d", l.PowerIterations)
	}
}

// Build implements Layer. The wrapper lists the kernel too, as its own.
func (l *SpectralNormalization) Build(in []runtime.Shape) ([]layers.Weight, error) {
	inner, err := l.Layer.Build(in)
	if err != nil {
		return nil, err
	}
	base := l.Layer.Base()
	inner = layers.Within(inner, "layer", base.Name, base.Trainable)
	for i, w := range inner {
		if w.Path != "layer" || w.Name != "kernel" && w.Name != "embeddings" || w.DType != "" || len(w.Shape) == 0 {
			continue
		}
		l.kernel = w.Name
		inner[i].Shared = fmt.Sprintf("kernel of %p", l)
		w = inner[i]
		w.Path = ""
		u := layers.Weight{Name: "vector_u", Shape: runtime.Shape{1, w.Shape[len(w.Shape)-1]}, Initializer: layers.Initializer{Class: "TruncatedNormal"}}
		return append([]layers.Weight{w, u}, inner...), nil
	}
	return nil, fmt.Errorf("the layer %q inside has neither a kernel nor embeddings", base.Class)
}

// Call implements Layer.
func (l *SpectralNormalization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	inside := c.Inside("layer")
	if c.Training {
		kernel, u := l.normalized(c, c.Weight(l.kernel), c.Weight("vector_u"))
		c.Update(l.kernel, kernel)
		c.Update("vector_u", u)
		inside = inside.With(l.kernel, kernel)
	}
	out, err := l.Layer.Call(inside, in)
	if err != nil {
		return nil, err
	}
	for i, y := range out {
		if !l.KeepsType && y.DType != in[0].DType {
			out[i] = layers.Tensor{Value: c.Cast(y.Value, in[0].DType)}
		}
	}
	return out, nil
}

// normalized returns the kernel divided by its largest singular value, and the
// vector that found it; a kernel of zeros as it is.
func (l *SpectralNormalization) normalized(c *layers.Call, kernel, u *runtime.Value) (newKernel, newU *runtime.Value) {
	last := kernel.Shape[kernel.Rank()-1]
	w := c.Reshape(kernel, runtime.Infer, last)
	unit := func(x *runtime.Value) *runtime.Value {
		n := c.Sqrt(c.Sum(c.Square(x), nil, true))
		return c.Div(x, c.Select(c.Equal(n, c.Scalar(0)), c.Scalar(1), n))
	}
	v, next := u, u
	for range l.PowerIterations {
		v = unit(c.MatMulT(next, w, false, true))
		next = unit(c.MatMul(v, w))
	}
	sigma := c.MatMulT(c.MatMul(v, w), next, false, true)
	zero := c.Equal(c.Sum(c.Abs(kernel), nil, false), c.Scalar(0))
	normal := c.ReshapeLike(c.Div(w, sigma), kernel)
	return c.StopGradient(c.Select(zero, kernel, normal)), c.StopGradient(c.Select(zero, u, next))
}
