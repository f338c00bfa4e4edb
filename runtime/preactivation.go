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
