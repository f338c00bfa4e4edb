package layers

import (
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	register(func() Layer { return &TimeDistributed{} }, "TimeDistributed")
}

// TimeDistributed calls a layer on every step of axis 1
// (keras/src/layers/rnn/time_distributed.py). The steps become rows of the
// batch: one call for all.
type TimeDistributed struct {
	Common
	Layer Layer `keras:"layer"`
}

// Validate implements validator.
func (l *TimeDistributed) Validate(d *Decoder) {
	if l.Layer == nil && len(d.Problems) == 0 {
		d.Broken("layer must be a layer, received null")
	}
}

// Build implements Layer.
func (l *TimeDistributed) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := WantRank(in[0], 3, -1); err != nil {
		return nil, err
	}
	w, err := l.Layer.Build([]runtime.Shape{append(runtime.Shape{runtime.Unknown}, in[0][2:]...)})
	base := l.Layer.Base()
	return within(w, "layer", base.Name, base.Trainable), err
}

// Call implements Layer.
func (l *TimeDistributed) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x, mask := in[0].Value, in[0].Mask
	if err := WantRank(x.Shape, 3, -1); err != nil {
		return nil, err
	}
	step := Tensor{Value: joinTime(c, x)}
	if mask != nil && mask.Rank() > 2 {
		// The steps have masks of their own; one counts if anything in it does.
		step.Mask = joinTime(c, mask)
		axes := make([]int, mask.Rank()-2)
		for i := range axes {
			axes[i] = 2 + i
		}
		mask = anyOf(c.Builder, mask, axes, false)
	}
	inner := c.Inner(0, len(c.Weights))
	out, err := l.Layer.Call(inner, []Tensor{step})
	if err != nil {
		return nil, err
	}
	for i, y := range out {
		out[i] = Tensor{Value: splitTime(c, y.Value, x), Mask: mask}
	}
	return out, c.Err()
}

// joinTime makes rows of the steps: (batch, time, …) becomes (batch·time, …).
func joinTime(c *Call, x *runtime.Value) *runtime.Value {
	sizes := []int{runtime.Infer}
	for a := 2; a < x.Rank(); a++ {
		sizes = append(sizes, runtime.CopyAxis(a))
	}
	return c.Reshape(x, sizes...)
}

// splitTime undoes joinTime; batch and time are those of x.
func splitTime(c *Call, y, x *runtime.Value) *runtime.Value {
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
		n, err := WantKnown(y.Shape, a)
		if err != nil {
			return c.Fail(err)
		}
		sizes = append(sizes, n)
	}
	return c.ReshapeLike(y, c.Fill(x, 0, sizes...))
}
