package runtime

import "slices"

// Preactivation returns what stands before a final activation: the last value that
// all of y comes from element by element, with constants but no weights in between,
// whatever primitives the activation is made of. It is y where there is none.
func Preactivation(y *Value) *Value {
	found, open := y, []*Value{y}
	for {
		last := 0 // of all: it depends on none of the others
		for i, v := range open {
			if deeper(v, open[last]) {
				last = i
			}
		}
		v := open[last]
		if len(open) == 1 && v.DType == Float32 && v.Shape.Equal(y.Shape) {
			found = v
		}
		if !elementwise(v.node) {
			return found
		}
		open = slices.Delete(open, last, last+1)
		for _, in := range v.node.in {
			if in.Constant() == nil && !slices.Contains(open, in) {
				open = append(open, in)
			}
		}
		if len(open) == 0 {
			return found
		}
	}
}

// deeper reports whether x depends on y.
func deeper(x, y *Value) bool {
	if x == y {
		return false
	}
	seen := map[*node]bool{}
	stack := []*Value{x}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if v == y {
			return true
		}
		if !seen[v.node] {
			seen[v.node] = true
			stack = append(stack, v.node.in...)
		}
	}
	return false
}

// elementwise reports whether a node computes each element of its result from the
// same element of its inputs and from constants.
func elementwise(n *node) bool {
	switch n.op.(type) {
	case unary, binary, choose, compare, cast, stopGradient, straightThrough:
	default:
		return false
	}
	for _, in := range n.in {
		if _, weight := in.node.op.(parameter); weight {
			return false
		}
	}
	return true
}

// ProductOf takes z apart into x·kernel + bias: the value x, and which of the graph's
// parameters kernel and bias are; bias is -1 where there is none. ok is false where z
// is made otherwise.
func ProductOf(z *Value) (x *Value, kernel, bias int, ok bool) {
	bias = -1
	n := z.node
	if b, isBinary := n.op.(binary); isBinary && b.binaryKind == addKind {
		p, isWeight := n.in[1].node.op.(parameter)
		if !isWeight {
			return nil, 0, 0, false
		}
		bias, n = p.index, n.in[0].node
	}
	if m, isProduct := n.op.(matmul); !isProduct || m.transA || m.transB {
		return nil, 0, 0, false
	}
	k, isWeight := n.in[1].node.op.(parameter)
	return n.in[0], k.index, bias, isWeight
}
