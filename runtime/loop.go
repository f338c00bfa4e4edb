package runtime

import (
	"fmt"
	"slices"
)

// Loop says how a loop of recurrent steps treats time.
type Loop struct {
	Mask       *Value // bool (batch, time): a step where it is false leaves states and outputs as they were
	ZeroMasked bool   // a masked step's outputs are zero instead
	Reverse    bool   // from the last step to the first
	Sequences  bool   // every step's outputs (batch, time, …), not only the last one's
}

// Loop adds a Scan with a mask. The outputs of steps before the first that is
// not masked are zero.
func (b *Builder) Loop(l Loop, init, sequences []*Value, step ScanBody) (outputs, final []*Value) {
	if l.Mask == nil && l.Sequences {
		final, outputs = b.Scan(init, sequences, l.Reverse, step)
		return outputs, final
	}
	// The outputs are states too: masked steps repeat them, and the last are
	// what is asked for. Their types are those that a trial gives.
	types := b.outputTypes(init, sequences, l.Reverse, step)
	all := slices.Clone(init)
	for _, t := range types {
		sizes := []int{CopyAxis(0)}
		for _, d := range t.Shape[1:] {
			sizes = append(sizes, d)
		}
		all = append(all, b.Fill(sequences[0], 0, sizes...))
	}
	if l.Mask != nil {
		sequences = append(slices.Clone(sequences), l.Mask)
	}
	final, outputs = b.Scan(all, sequences, l.Reverse, func(b *Builder, states, steps []*Value) (next, outputs []*Value) {
		n := len(steps)
		if l.Mask != nil {
			n--
		}
		next, outputs = step(b, states[:len(init)], steps[:n])
		if next = append(slices.Clone(next), outputs...); len(next) != len(states) {
			b.Fail(&ShapeError{Where: b.Scope, What: "loop", Wanted: fmt.Sprintf("%d states and outputs from a step", len(states)), Received: fmt.Sprint(len(next))})
			return nil, nil
		}
		if l.Mask != nil {
			for i, v := range next {
				old := states[i]
				if i >= len(init) && l.ZeroMasked {
					old = b.Scalar(0)
				}
				keep := steps[n]
				for keep.Rank() < v.Rank() {
					keep = b.ExpandDims(keep, -1)
				}
				next[i] = b.Select(keep, v, old)
			}
		}
		return next, next[len(init):]
	})
	if !l.Sequences {
		outputs = final[len(init):]
	}
	return outputs, final[:len(init)]
}

// outputTypes returns the types of one step's outputs.
func (b *Builder) outputTypes(init, sequences []*Value, reverse bool, step ScanBody) []Type {
	if b.err != nil {
		return nil
	}
	trial := b.newBody()
	_, outputs := trial.Scan(init, sequences, reverse, step)
	if b.err = trial.err; b.err != nil {
		return nil
	}
	types := make([]Type, len(outputs))
	for i, v := range outputs {
		types[i] = v.Type
		types[i].Shape = append(v.Shape[:1:1], v.Shape[2:]...)
	}
	return types
}
