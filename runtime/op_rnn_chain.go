package runtime

import "slices"

// chain is an activation as kernels that run in place, one after the other.
type chain []func(x []float32)

func (c chain) apply(x []float32) {
	for _, f := range c {
		f(x)
	}
}

// chainOf returns an activation as a chain, if each of its operations has
// nothing but the result of the one before it and a number as inputs.
func chainOf(f Elementwise) (c chain, ok bool) {
	if f == nil {
		return nil, true
	}
	b := NewBuilder()
	x := b.Input("", Type{Float32, Shape{Unknown}})
	y := f(b, x)
	if b.err != nil {
		return nil, false
	}
	for y != x {
		n := y.node
		switch o := n.op.(type) {
		case unary:
			c = append(c, func(x []float32) { o.kernel(x, x, o.p, o.q) })
			y = n.in[0]
		case binary:
			x, s := n.in[0], n.in[1].Constant()
			swapped := s == nil
			if swapped {
				x, s = n.in[1], n.in[0].Constant()
			}
			switch {
			case s == nil || s.n != 1 || s.dtype != Float32:
				return nil, false
			case swapped && o.sv != nil:
				v := s.Float32s()[0]
				c = append(c, func(x []float32) { o.sv(x, v, x) })
			case !swapped && o.vs != nil:
				v := s.Float32s()[0]
				c = append(c, func(x []float32) { o.vs(x, x, v) })
			default:
				return nil, false
			}
			y = x
		default:
			return nil, false
		}
	}
	slices.Reverse(c)
	return c, true
}

// is reports whether the activation is this primitive alone.
func (f Elementwise) is(k *unaryKind) bool {
	if f == nil {
		return false
	}
	b := NewBuilder()
	x := b.Input("", Type{Float32, Shape{Unknown}})
	y := f(b, x)
	u, ok := y.node.op.(unary)
	return ok && u.unaryKind == k && y.node.in[0] == x
}
