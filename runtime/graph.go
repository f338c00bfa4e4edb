package runtime

// Op is a primitive operation: its shape rule, its kernel and its gradient.
// Ops are immutable and may be shared by graphs. Each stands in a file of its
// own, op_NAME.go, beside the Builder method that makes it.
type Op interface {
	// Name is the operation's name in messages and profiles.
	Name() string

	// Infer is the shape rule. Sizes may be Unknown; then the result's are too.
	// It is called again with every size known before a plan is made.
	Infer(in []Type) ([]Type, error)

	// Rows reports whether the operation works on each row of the batch alone.
	// rows[i] says that input i holds one contiguous piece for each row; the
	// others hold the same data for every row. When Rows answers true, every
	// output holds a piece for each row too.
	Rows(n *Node, rows []bool) bool

	// Kernel prepares the operation for concrete shapes.
	Kernel(a *Args) (Kernel, error)

	// Gradient extends the graph with the derivative: given the cotangents of
	// n's outputs (nil where none flows) it returns those of n's inputs, nil
	// where none flows. It must return len(n.In) values.
	Gradient(b *Builder, n *Node, dout []*Value) []*Value
}

// Node is one use of an operation in a graph.
type Node struct {
	Op    Op
	In    []*Value
	Out   []*Value
	Scope string // who asked for it: the layer's name, in messages and profiles
}

// Value is a tensor that a graph will compute.
type Value struct {
	Type
	Node  *Node
	Index int // which of the node's outputs
}

// Rank returns the number of axes.
func (v *Value) Rank() int { return len(v.Shape) }

// Constant returns the tensor behind the value if it is known before the graph
// runs, else nil.
func (v *Value) Constant() *Tensor {
	if c, ok := v.Node.Op.(constant); ok {
		return c.t
	}
	return nil
}

// Graph is a list of nodes in an order in which they can be computed.
type Graph struct {
	Inputs  []*Value // in the order in which they are fed
	Outputs []*Value
	Nodes   []*Node
}

// leaf is embedded by the operations that compute nothing.
type leaf struct{}

func (leaf) Rows(*Node, []bool) bool                     { return false }
func (leaf) Kernel(*Args) (Kernel, error)                { return Kernel{}, nil }
func (leaf) Gradient(*Builder, *Node, []*Value) []*Value { return nil }

// placeholder is data fed at each call.
type placeholder struct {
	leaf
	name string
	typ  Type
}

func (placeholder) Name() string                   { return "input" }
func (o placeholder) Infer([]Type) ([]Type, error) { return []Type{o.typ}, nil }

// constant is data known when the graph is built.
type constant struct {
	leaf
	t *Tensor
}

func (constant) Name() string                   { return "constant" }
func (o constant) Infer([]Type) ([]Type, error) { return []Type{o.t.Type()}, nil }

// parameter is a weight: a constant for inference, a variable in training.
type parameter struct {
	leaf
	index int
	typ   Type
	t     *Tensor // nil when only shapes are wanted
}

func (parameter) Name() string                   { return "parameter" }
func (o parameter) Infer([]Type) ([]Type, error) { return []Type{o.typ}, nil }

// isLeaf reports whether the node computes nothing.
func isLeaf(n *Node) bool {
	switch n.Op.(type) {
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
	c := &Graph{Nodes: make([]*Node, 0, len(g.Nodes))}
	for _, n := range g.Nodes {
		m := &Node{Op: n.Op, In: take(n.In), Scope: n.Scope}
		if p, ok := n.Op.(parameter); ok && !variables && p.t != nil {
			m.Op = constant{t: p.t}
		}
		for i, v := range n.Out {
			w := &Value{Type: v.Type, Node: m, Index: i}
			values[v] = w
			m.Out = append(m.Out, w)
		}
		c.Nodes = append(c.Nodes, m)
	}
	c.Inputs, c.Outputs = take(g.Inputs), take(g.Outputs)
	return c
}

// replace makes every user of old use new instead.
func (g *Graph) replace(old, new *Value) {
	for _, n := range g.Nodes {
		for i, v := range n.In {
			if v == old {
				n.In[i] = new
			}
		}
	}
	for i, v := range g.Outputs {
		if v == old {
			g.Outputs[i] = new
		}
	}
}

// users counts the uses of every value, a graph output being one.
func (g *Graph) users() map[*Value]int {
	count := make(map[*Value]int, len(g.Nodes))
	for _, n := range g.Nodes {
		for _, v := range n.In {
			count[v]++
		}
	}
	for _, v := range g.Outputs {
		count[v]++
	}
	return count
}

// eachConstant calls f with the constants of the graph and of the loops in it.
func (g *Graph) eachConstant(f func(t *Tensor)) {
	for _, n := range g.Nodes {
		switch o := n.Op.(type) {
		case constant:
			f(o.t)
		case *scan:
			o.body.eachConstant(f)
		}
	}
}
