package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("TimeDistributed", func() layers.Layer { return &TimeDistributed{} })
}

// TimeDistributed calls a layer on every step of axis 1
// (keras/src/layers/rnn/time_distributed.py). The steps become rows of the
// batch: one call for all.
type TimeDistributed struct {
	layers.Common
	Layer layers.Layer `keras:"layer"`

	// Keras2Masks makes the mask of what comes out tell of steps: one counts if
	// anything in it does. Keras 3 passes the mask on as it came.
	Keras2Masks bool `keras:"keras2_masks"`
}

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
	return layers.Within(w, "layer", base.Name, base.Trainable), err
}

// Call implements Layer.
func (l *TimeDistributed) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x, mask := in[0].Value, in[0].Mask
	if err := layers.WantRank(x.Shape, 3, -1); err != nil {
		return nil, err
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
