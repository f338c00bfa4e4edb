package rnn

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("TimeDistributed", func() layers.Layer { return &TimeDistributed{} })
}

// TimeDistributed calls a layer on every step of axis 1
// (keras/src/layers/rnn/time_distributed.py). The steps become rows of the
// batch: one call for all. In training Keras 3 calls a layer that keeps averages
// once for each step, so that they move with each.
type TimeDistributed struct {
	layers.Common
	Layer layers.Layer `keras:"layer"`

	// Keras2Masks makes the mask of what comes out tell of steps: one counts if
	// anything in it does. Keras 3 passes the mask on as it came.
	Keras2Masks bool `keras:"keras2_masks"`

	// StepByStep asks for the training of Keras 3. Package keras sets it.
	StepByStep bool `keras:"step_by_step"`

	averages bool // the layer has weights that are not trained
}

// maxSteps bounds the graph that a layer called once for each step makes.
const maxSteps = 1024

// Validate implements Validator.
func (l *TimeDistributed) Validate(d *layers.Decoder) {
	if l.Layer == nil && len(d.Problems) == 0 {
		d.Broken("layer must be a layer, received null")
	}
}

// Build implements Layer.
func (l *TimeDistributed) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := layers.WantRank(in[0], 3, -1); err != nil {
		return nil, err
	}
	w, err := l.Layer.Build([]runtime.Shape{append(runtime.Shape{runtime.Unknown}, in[0][2:]...)})
	base := l.Layer.Base()
	l.averages = base.Trainable && slices.ContainsFunc(w, func(w layers.Weight) bool { return !w.Trainable })
	return layers.Within(w, "layer", base.Name, base.Trainable), err
}

// Call implements Layer.
func (l *TimeDistributed) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x, mask := in[0].Value, in[0].Mask
	if err := layers.WantRank(x.Shape, 3, -1); err != nil {
		return nil, err
	}
	if l.StepByStep && l.averages && c.Training && x.Shape[1] >= 0 {
		return l.steps(c, x, mask)
	}
	step := layers.Tensor{Value: joinTime(c, x)}
	if mask != nil && mask.Rank() > 2 {
		step.Mask = joinTime(c, mask) // the steps have masks of their own
		if l.Keras2Masks {
			mask = anyInStep(c, mask)
		}
	}
	out, err := l.Layer.Call(c.Inside("layer"), []layers.Tensor{step})
	if err != nil {
		return nil, err
	}
	for i, y := range out {
		out[i] = layers.Tensor{Value: splitTime(c, y.Value, x), Mask: mask}
	}
	return out, c.Err()
}

// steps calls the layer once for each step.
func (l *TimeDistributed) steps(c *layers.Call, x, mask *runtime.Value) ([]layers.Tensor, error) {
	time := x.Shape[1]
	if time > maxSteps {
		return nil, &runtime.ShapeError{What: "training a layer with averages step by step: input", Wanted: fmt.Sprintf("at most %d steps", maxSteps), Received: x.Shape.String()}
	}
	at := func(v *runtime.Value, step int) *runtime.Value {
		ranges := slices.Repeat([]runtime.Range{runtime.Whole}, v.Rank())
		ranges[1] = runtime.Range{From: step, To: step + 1, Step: 1}
		return c.Squeeze(c.Slice(v, ranges...), 1)
	}
	var out [][]*runtime.Value // by output, then step
	for step := range time {
		in := layers.Tensor{Value: at(x, step)}
		if mask != nil {
			in.Mask = at(mask, step)
		}
		y, err := l.Layer.Call(c.Inside("layer"), []layers.Tensor{in})
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = make([][]*runtime.Value, len(y))
		}
		for i := range y {
			out[i] = append(out[i], c.ExpandDims(y[i].Value, 1))
		}
	}
	joined := make([]layers.Tensor, len(out))
	for i := range out {
		joined[i] = layers.Tensor{Value: c.Concat(1, out[i]...), Mask: mask}
	}
	return joined, c.Err()
}

// anyInStep tells which steps have anything that counts.
func anyInStep(c *layers.Call, mask *runtime.Value) *runtime.Value {
	axes := make([]int, mask.Rank()-2)
	for i := range axes {
		axes[i] = 2 + i
	}
	return c.AnyOf(mask, axes, false)
}

// joinTime makes rows of the steps: (batch, time, …) becomes (batch·time, …).
func joinTime(c *layers.Call, x *runtime.Value) *runtime.Value {
	sizes := []int{runtime.Infer}
	for a := 2; a < x.Rank(); a++ {
		sizes = append(sizes, runtime.CopyAxis(a))
	}
	return c.Reshape(x, sizes...)
}

// splitTime undoes joinTime; batch and time are those of x.
func splitTime(c *layers.Call, y, x *runtime.Value) *runtime.Value {
	if y.Rank() == 0 {
		return c.Fail(&runtime.ShapeError{What: "output", Wanted: "a batch axis", Received: y.Shape.String()})
	}
	if time := x.Shape[1]; time >= 0 {
		sizes := []int{runtime.Infer, time}
		for a := 1; a < y.Rank(); a++ {
			sizes = append(sizes, runtime.CopyAxis(a))
		}
		return c.Reshape(y, sizes...)
	}
	sizes := []int{runtime.CopyAxis(0), runtime.CopyAxis(1)}
	for a := 1; a < y.Rank(); a++ {
		n, err := layers.WantKnown(y.Shape, a)
		if err != nil {
			return c.Fail(err)
		}
		sizes = append(sizes, n)
	}
	return c.ReshapeLike(y, c.Fill(x, 0, sizes...))
}
