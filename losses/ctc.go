package losses

import "github.com/kerasrun/kerasrun/runtime"

func init() { Register("CTC", func() Loss { return new(CTC) }) }

// CTC is -log of the probability that a sequence of logits (batch, time, classes)
// spells the target (batch, length), class numbers with zeros behind; class 0 is
// the blank (Graves et al. 2006).
type CTC struct{ Common }

// Samples builds the loss of each sample: the forward variables of the target with
// blanks around each label, one step of time after the other.
func (l *CTC) Samples(c *Call) *runtime.Value {
	if c.Targets.Rank() != 2 || c.P.Rank() != 3 {
		return c.Fail(&runtime.ShapeError{What: "CTC", Wanted: "targets of rank 2 and predictions of rank 3", Received: c.Targets.Type.String() + " and " + c.P.Type.String()})
	}
	n := c.Targets.Shape[1]
	each := c.ExpandDims(c.Targets, -1)
	states := c.Reshape(c.Concat(2, c.ZerosLike(each), each), runtime.Infer, 2*n)
	states = c.Pad(states, []int{0, 0}, []int{0, 1}, 0)                                                      // blank, label, blank, …, blank
	emit := c.MatMulT(c.LogSoftmax(c.P), c.OneHot(c.Cast(states, runtime.Int32), c.P.Shape[2]), false, true) // (batch, time, states)

	// A label may follow the label before it unless they are equal.
	zero, no := c.Scalar(0), c.Scalar(never)
	skip := c.Select(c.And(c.NotEqual(states, zero), c.NotEqual(states, c.shifted(states, 2, -1))), zero, no)
	place := c.Cast(c.Iota(states, 1), runtime.Float32)
	first := c.Select(c.Equal(place, zero), zero, no)
	final, _ := c.Scan([]*runtime.Value{first}, []*runtime.Value{emit}, false, func(b *runtime.Builder, s, steps []*runtime.Value) (next, outputs []*runtime.Value) {
		in := Call{Builder: b}
		ways := b.Concat(2, b.ExpandDims(s[0], -1), b.ExpandDims(in.shifted(s[0], 1, never), -1), b.ExpandDims(b.Add(in.shifted(s[0], 2, never), skip), -1))
		return []*runtime.Value{b.Add(logSumExp(b, ways), steps[0])}, nil
	})
	labels := c.Sum(c.Cast(c.NotEqual(c.Targets, zero), runtime.Float32), []int{1}, true)
	last := c.Mul(c.Scalar(2), labels)
	ends := c.Or(c.Equal(place, last), c.Equal(place, c.Sub(last, c.Scalar(1))))
	return c.Neg(c.logSumExp(c.Add(final[0], c.Select(ends, zero, no))))
}

// shifted moves the last axis of a matrix up by n places, with fill in front.
func (c *Call) shifted(v *runtime.Value, n int, fill float32) *runtime.Value {
	return c.SliceLast(c.Pad(v, []int{0, n}, []int{0, 0}, fill), 0, v.Shape[1])
}
