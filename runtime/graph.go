package runtime

import "iter"

// operation is a primitive: its shape rule, its task and its gradient.
// Operations are immutable and may be shared by graphs. Each stands in a file of its
// own, op_NAME.go, beside the Builder method that makes it.
type operation interface {
	// name is the operation's name in messages and profiles.
	name() string

	// infer is the shape rule. Sizes may be Unknown; then the result's are too.
	// It is called again with every size known before a plan is made.
	infer(in []Type) ([]Type, error)

	// keepsRows reports whether the operation works on each row of the batch
	// alone. rows[i] says that input i holds one contiguous piece for each row;
	// the others hold the same data for every row. When it answers true, every
	// output holds a piece for each row too.
	keepsRows(n *node, rows []bool) bool

	// prepare makes the task of the operation for concrete shapes.
	prepare(a *operands) (task, error)

	// gradient extends the graph with the derivative: given the cotangents of
	// n's outputs (nil where none flows) it returns those of n's inputs, nil
	// where none flows. It must return len(n.in) values.
	gradient(b *Builder, n *node, dout []*Value) []*Value
}

// node is one use of an operation in a graph.
type node struct {
	op    operation
	in    []*Value
	out   []*Value
	scope string // who asked for it: the layer's name, in messages and profiles
}

// Value is a tensor that a graph will compute.
type Value struct {
	Type
	node  *node
	index int // which of the node's outputs
}

// Rank returns the number of axes.
func (v *Value) Rank() int { return len(v.Shape) }

// Constant returns the tensor behind the value if it is known before the graph
// runs, else nil.
func (v *Value) Constant() *Tensor {
	if c, ok := v.node.op.(constant); ok {
		return c.t
	}
	return nil
}

// Scope returns who asked for the value: what Builder.Scope was.
func (v *Value) Scope() string { return v.node.scope }

// Graph is what a Builder built: operations in an order in which they can be
// computed. It does not change once it is built.
type Graph struct {
	inputs   []*Value // in the order in which they are fed
	outputs  []*Value
	nodes    []*node
	measures []measure // axes whose sizes the data decides
	visits   int       // nodes and pairs of nodes that rewrites looked at, of which a test has a bound
}

// Values returns all values of the graph, in an order in which they can be
// computed; those inside of loops apart.
func (g *Graph) Values() iter.Seq[*Value] {
	return func(yield func(*Value) bool) {
		for _, n := range g.nodes {
			for _, v := range n.out {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// leaf is embedded by the operations that compute nothing.
type leaf struct{}

func (leaf) keepsRows(*node, []bool) bool                { return false }
func (leaf) prepare(*operands) (task, error)             { return task{}, nil }
func (leaf) gradient(*Builder, *node, []*Value) []*Value { return nil }

// placeholder is data fed at each call.
type placeholder struct {
	leaf
	input string
	typ   Type
}

func (placeholder) name() string                   { return "input" }
func (o placeholder) infer([]Type) ([]Type, error) { return []Type{o.typ}, nil }

// constant is data known when the graph is built.
type constant struct {
	leaf
	t *Tensor
}

func (constant) name() string                   { return "constant" }
func (o constant) infer([]Type) ([]Type, error) { return []Type{o.t.Type()}, nil }

// parameter is a weight: a constant for inference, a variable in training.
type parameter struct {
	leaf
	index int
	typ   Type
	t     *Tensor // nil when only shapes are wanted
}

func (parameter) name() string                   { return "parameter" }
func (o parameter) infer([]Type) ([]Type, error) { return []Type{o.typ}, nil }

// isLeaf reports whether the node computes nothing.
func isLeaf(n *node) bool {
	switch n.op.(type) {
	case placeholder, constant, parameter:
		return true
	}
	return false
}

// clone copies the nodes, so that passes may change them, and turns parameters
// into constants unless they are variables.
func (g *Graph) clone(variables bool) *Graph {
	values := map[*Value]*Value{}
	take := func(vs []*Value) []*Value {
		out := make([]*Value, len(vs))
		for i, v := range vs {
			if v != nil {
				out[i] = values[v]
			}
		}
		return out
	}
	c := &Graph{nodes: make([]*node, 0, len(g.nodes))}
	for _, n := range g.nodes {
		m := &node{op: n.op, in: take(n.in), scope: n.scope}
		if p, ok := n.op.(parameter); ok && !variables && p.t != nil {
			m.op = constant{t: p.t}
		}
		for i, v := range n.out {
			w := &Value{Type: v.Type, node: m, index: i}
			values[v] = w
			m.out = append(m.out, w)
		}
		c.nodes = append(c.nodes, m)
	}
	c.inputs, c.outputs = take(g.inputs), take(g.outputs)
	for _, m := range g.measures {
		if carrier := values[m.carrier]; carrier != nil {
			c.measures = append(c.measures, measure{carrier, values[m.source], m.tokens})
		}
	}
	return c
}

// users counts the uses of every value, a graph output being one.
func (g *Graph) users() map[*Value]int {
	count := make(map[*Value]int, len(g.nodes))
	g.visits += len(g.nodes)
	for _, n := range g.nodes {
		for _, v := range n.in {
			count[v]++
		}
	}
	for _, v := range g.outputs {
		count[v]++
	}
	return count
}

// eachConstant calls f with the constants of the graph and of the loops in it.
func (g *Graph) eachConstant(f func(t *Tensor)) {
	for _, n := range g.nodes {
		switch o := n.op.(type) {
		case constant:
			f(o.t)
		case *scan:
			o.body.eachConstant(f)
		}
	}
}
