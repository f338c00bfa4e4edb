package runtime

import "fmt"

// measure is an axis whose size the data decides: as many tokens as the longest text
// of the batch has. The graph sees it as the axis of one more input, its carrier,
// which holds nothing.
type measure struct {
	carrier *Value
	source  *Value // an input of the graph, of texts
	tokens  *Tokens
}

// measured returns the carrier of the axis for x, which must be an input under
// whatever shape: what is computed is not there when a plan is made.
func (b *Builder) measured(x *Value, t *Tokens) *Value {
	source := x
	for source.node != nil && (&layout{}).isView(source.node) {
		source = source.node.in[0]
	}
	if p, ok := source.node.op.(placeholder); !ok || p.input == "" || b.body != nil || t.Split == Unsplit {
		return b.Fail(&ShapeError{Where: b.Scope, What: "texts", Wanted: "an input of the model, where the longest text decides the length of sequences", Received: source.node.op.name()})
	}
	carrier := b.leaf(placeholder{typ: Type{Int32, Shape{Unknown}}})
	b.measures = append(b.measures, measure{carrier, source, t})
	return carrier
}

// carry makes inputs of the carriers of a graph that is being compiled.
func (g *Graph) carry() {
	for _, m := range g.measures {
		g.inputs = append(g.inputs, m.carrier)
	}
}

// fed are the inputs that a caller feeds.
func (g *Graph) fed() []*Value { return g.inputs[:len(g.inputs)-len(g.measures)] }

// measure adds what the carriers are to the inputs of a call.
func (p *Program) measure(in []*Tensor, w *watch) ([]*Tensor, error) {
	if len(p.g.measures) == 0 {
		return in, nil
	}
	fed := p.g.fed()
	if len(in) != len(fed) {
		return nil, &ShapeError{What: "inputs", Wanted: fmt.Sprint(len(fed)), Received: fmt.Sprint(len(in))}
	}
	all := append(make([]*Tensor, 0, len(p.g.inputs)), in...)
	for _, m := range p.g.measures {
		longest := 0
		t := tokenizer{Tokens: m.tokens}
		for i, v := range fed {
			if v != m.source || in[i] == nil {
				continue
			}
			for k, text := range in[i].Strings() {
				if err := w.err(); k%64 == 0 && err != nil {
					return nil, err
				}
				longest = max(longest, t.count([]string{text}))
			}
		}
		all = append(all, &Tensor{dtype: Int32, shape: Shape{longest}, n: longest})
	}
	return all, nil
}
