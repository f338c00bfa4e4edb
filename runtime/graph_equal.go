package runtime

import (
	"bytes"
	"reflect"
	"slices"
)

// Equal reports whether two graphs are the same operations on the same values in
// the same order. Constants are equal by what they hold, parameters by index and
// type, activations of recurrent operations by what they compute.
func (g *Graph) Equal(o *Graph) bool {
	if len(g.nodes) != len(o.nodes) || len(g.inputs) != len(o.inputs) || len(g.outputs) != len(o.outputs) {
		return false
	}
	twin := make(map[*Value]*Value, len(g.nodes))
	twins := func(a, b []*Value) bool {
		return slices.EqualFunc(a, b, func(v, w *Value) bool { return twin[v] == w })
	}
	for i, n := range g.nodes {
		m := o.nodes[i]
		if len(n.out) != len(m.out) || !twins(n.in, m.in) || !sameOperation(n.op, m.op) {
			return false
		}
		for k, v := range n.out {
			twin[v] = m.out[k]
		}
	}
	return twins(g.inputs, o.inputs) && twins(g.outputs, o.outputs)
}

// sameOperation reports whether two operations compute the same of the same
// inputs.
func sameOperation(a, b operation) bool {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	switch x := a.(type) {
	case constant:
		y := b.(constant).t
		return x.t == y || x.t.dtype == y.dtype && x.t.shape.Equal(y.shape) && bytes.Equal(x.t.Bytes(), y.Bytes()) && slices.Equal(x.t.Strings(), y.Strings())
	case parameter:
		y := b.(parameter)
		return x.index == y.index && x.typ.DType == y.typ.DType && x.typ.Shape.Equal(y.typ.Shape)
	case tokenNumbers:
		y := b.(tokenNumbers)
		return x.length == y.length && x.tokens.equal(y.tokens)
	case tokenCounts:
		y := b.(tokenCounts)
		return x.depth == y.depth && x.marks == y.marks && x.tokens.equal(y.tokens)
	case number:
		return x.table.equal(b.(number).table)
	case *scan:
		y := b.(*scan)
		return x == y || x.states == y.states && x.steps == y.steps && x.reverse == y.reverse && slices.Equal(x.saved, y.saved) && x.body.Equal(y.body)
	case *recurrent:
		y := b.(*recurrent)
		return x == y || x.form == y.form && sameCell(x.cell, y.cell) && x.activation.same(y.activation) && x.gate.same(y.gate)
	}
	if t := reflect.TypeOf(a); t.Kind() != reflect.Pointer && t.Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}

// sameCell compares what activations do not say.
func sameCell(a, b cell) bool {
	if x, ok := a.(*gru); ok {
		y, ok := b.(*gru)
		return ok && x.resetAfter == y.resetAfter
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b)
}

// same reports whether two activations compute the same.
func (f Elementwise) same(o Elementwise) bool {
	if f == nil || o == nil {
		return f == nil && o == nil
	}
	a, err := f.graph()
	b, failed := o.graph()
	return err == nil && failed == nil && a.Equal(b)
}

// graph returns the activation as a graph of its own.
func (f Elementwise) graph() (*Graph, error) {
	b := NewBuilder()
	return b.Graph(f(b, b.Input("", Type{Float32, Shape{Unknown}})))
}
