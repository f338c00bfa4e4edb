package core

import (
	"errors"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/einsum"
	"github.com/kerasrun/kerasrun/runtime"
)

// In float8 a layer keeps its kernel in floats. A product takes it and its input
// through float8_e4m3fn, each divided by a scale before and multiplied by it after,
// and adds the bias in the precision of bfloat16 (keras/src/layers/core/dense.py,
// _float8_call). Scales follow the largest values of the last steps of training, which
// the layer stores too.

// float8Weights adds the scales and histories behind kernel and bias.
func float8Weights(w []layers.Weight, history int) []layers.Weight {
	for _, of := range []string{"inputs", "kernel", "outputs_grad"} {
		scale := scaleWeight(of, nil)
		scale.Leads = true
		w = append(w, scale, layers.Weight{Name: of + "_amax_history", Shape: runtime.Shape{history}, Initializer: layers.Initializer{Class: "Zeros"}, Leads: true})
	}
	return w
}

// float8Einsum is the equation in float8.
func float8Einsum(c *layers.Call, equation string, x *runtime.Value) (*runtime.Value, error) {
	if c.Training {
		return nil, errors.New("training in float8, which changes scales as it goes, is not supported")
	}
	through := func(v *runtime.Value, scale string) *runtime.Value {
		s := c.Weight(scale)
		short := c.Mul(c.Float8(c.Clamp(c.Div(v, s), -448, 448)), s)
		return c.StraightThrough(short, v)
	}
	return einsum.Of(c.Builder, equation, through(x, "inputs_scale"), through(c.Weight("kernel"), "kernel_scale")), nil
}

// biasOf is the bias as the layer adds it.
func biasOf(c *layers.Call, p layers.Policy) *runtime.Value {
	bias := c.Weight("bias")
	if p.Quantization == "float8" && !p.Half() && !p.Bare {
		return c.BFloat16(bias)
	}
	return bias
}
