package runtime

// stacked are values of a loop's step that are wanted of all steps at once,
// behind the loop: what would be summed up from step to step is one product or sum
// there.
type stacked struct {
	sequence map[*Value]*Value // by step: what it is a step of
	values   []*Value          // of the body, which the loop gives out beside its own outputs
	at       map[*Value]int    // their places
}

// later is a value of the graph around a loop that can be made once the loop is
// there: outputs are the sequences of the stacked values.
type later func(b *Builder, outputs []*Value) *Value

func newStacked(steps, sequences []*Value) *stacked {
	s := &stacked{sequence: map[*Value]*Value{}, at: map[*Value]int{}}
	for i, v := range steps {
		s.sequence[v] = sequences[i]
	}
	return s
}

// all returns a value of the body for all steps, (batch, time, …), nil if it is none that
// a step has or computes.
func (s *stacked) all(body *Builder, v *Value) later {
	if seq := s.sequence[v]; seq != nil {
		return func(*Builder, []*Value) *Value { return seq }
	}
	if !body.body.own[v.node] || isLeaf(v.node) {
		return nil
	}
	i, ok := s.at[v]
	if !ok {
		i = len(s.values)
		s.at[v], s.values = i, append(s.values, v)
	}
	return func(_ *Builder, outputs []*Value) *Value { return outputs[i] }
}

// sum returns the sum over the steps of d, a value of the body, as one sum over steps and
// first axis, if d is a sum over the first axis: that of a product of transposed
// rows, of rows themselves, or several such. If not it is nil.
func (s *stacked) sum(body *Builder, d *Value) later {
	if d == nil || body.err != nil {
		return nil
	}
	switch o := d.node.op.(type) {
	case binary:
		if o.binaryKind == addKind {
			return join(s.sum(body, d.node.in[0]), s.sum(body, d.node.in[1]), (*Builder).Add)
		}
	case matmul:
		x, y := d.node.in[0], d.node.in[1]
		if o.transA && !o.transB && x.Rank() == 2 && y.Rank() == 2 {
			return join(s.all(body, x), s.all(body, y), func(b *Builder, x, y *Value) *Value {
				rows := func(v *Value) *Value { return b.Reshape(v, Infer, v.Shape[2]) }
				return b.apply(o, rows(x), rows(y))
			})
		}
	case sumTo:
		x, like := d.node.in[0], body.outside(d.node.in[1])
		if !o.mean && like != nil && x.Rank() > like.Rank() {
			return join(s.all(body, x), func(*Builder, []*Value) *Value { return like }, (*Builder).SumTo)
		}
	}
	return nil
}

// join is f of two values, nil if either is.
func join(x, y later, f func(b *Builder, x, y *Value) *Value) later {
	if x == nil || y == nil {
		return nil
	}
	return func(b *Builder, outputs []*Value) *Value { return f(b, x(b, outputs), y(b, outputs)) }
}
