package layers

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	RegisterKeras("Functional", func() Layer { return &Functional{} })
}

// Functional calls its layers along a graph without cycles; a layer may be
// called several times (keras/src/models/functional.py).
type Functional struct {
	Common
	wiring
}

// Build implements Layer.
func (l *Functional) Build(in []runtime.Shape) ([]Weight, error) {
	inputs := l.Inputs()
	if err := WantInputs(len(in), len(inputs), len(inputs)); err != nil {
		return nil, err
	}
	types := make([]runtime.Type, len(in))
	for i, s := range in {
		types[i] = runtime.Type{DType: inputs[i].Type().DType, Shape: s}
	}
	return l.build(types)
}

// Call implements Layer.
func (l *Functional) Call(c *Call, in []Tensor) ([]Tensor, error) { return l.call(c, in) }

// Configure implements Configurer.
func (l *Functional) Configure(d *Decoder, config map[string]any) {
	own := map[string]any{}
	for k, v := range config {
		switch k {
		case "layers", "input_layers", "output_layers":
		default:
			own[k] = v
		}
	}
	d.Struct(own, &l.Common)
	specs, ok := config["layers"].([]any)
	if !ok {
		d.Broken("layers must be a list, received %s", Brief(config["layers"]))
		return
	}
	g := functionalGraph{d: d, l: l, number: map[string]int{}}
	before := len(d.Problems)
	g.makeLayers(specs)
	if len(d.Problems) > before { // the wiring of layers that are not there is not judged
		return
	}
	g.makeCalls()
	if !g.sort(config["output_layers"]) {
		return
	}
	g.ends(config["input_layers"], config["output_layers"])
	if !l.Trainable {
		freeze(l)
	}
}

// functionalGraph turns the configuration of a Functional into its wiring.
type functionalGraph struct {
	d      *Decoder
	l      *Functional
	nodes  [][]any        // inbound_nodes of each layer
	number map[string]int // layer by name
	first  []int          // the calls of layer i are first[i], first[i]+1, … before sorting
	place  []int          // where each call went
}

func (g *functionalGraph) makeLayers(specs []any) {
	for i, s := range specs {
		spec, _ := s.(map[string]any)
		inner := g.d.Layer(s)
		if inner == nil {
			continue
		}
		if name, ok := spec["name"].(string); ok && name != "" {
			inner.Base().Name = name
		}
		nodes, ok := spec["inbound_nodes"].([]any)
		if !ok && spec["inbound_nodes"] != nil {
			g.d.Broken("inbound_nodes of layers[%d] must be a list, received %s", i, Brief(spec["inbound_nodes"]))
		}
		g.l.layers = append(g.l.layers, inner)
		g.nodes = append(g.nodes, nodes)
	}
	distinct(g.d, g.l.layers)
}

// makeCalls numbers the calls layer by layer, then reads their arguments.
func (g *functionalGraph) makeCalls() {
	n := 0
	for i, l := range g.l.layers {
		if isInput(l) {
			g.nodes[i] = []any{map[string]any{}}
		}
		g.number[l.Base().Name] = i
		g.first = append(g.first, n)
		n += len(g.nodes[i])
	}
	for i, nodes := range g.nodes {
		g.d.At(fmt.Sprintf("layer %q", g.l.layers[i].Base().Name), func() {
			for k, node := range nodes {
				w := g.makeCall(i, node)
				w.node, w.of = k, len(nodes)
				g.l.calls = append(g.l.calls, w)
			}
		})
	}
}

func (g *functionalGraph) makeCall(layer int, node any) wire {
	w := wire{layer: layer, kwargs: map[string]any{}}
	m, ok := node.(map[string]any)
	if !ok {
		g.d.Broken("a node must have args and kwargs, received %s", Brief(node))
		return w
	}
	if args, ok := g.d.argument(m["args"], g.find).([]any); ok {
		w.args = args
	} else if m["args"] != nil {
		g.d.Broken("args must be a list, received %s", Brief(m["args"]))
	}
	if kwargs, ok := g.d.argument(m["kwargs"], g.find).(map[string]any); ok {
		w.kwargs = kwargs
	} else if m["kwargs"] != nil {
		g.d.Broken("kwargs must be an object, received %s", Brief(m["kwargs"]))
	}
	return w
}

// find resolves a reference to a tensor.
func (g *functionalGraph) find(h history) any {
	i, ok := g.number[h.layer]
	if !ok {
		g.d.Broken("refers to layer %q, which is not there", h.layer)
		return nil
	}
	if h.node >= len(g.nodes[i]) {
		g.d.Broken("refers to call %d of layer %q, which has %d", h.node, h.layer, len(g.nodes[i]))
		return nil
	}
	return source{call: g.first[i] + h.node, output: h.output}
}

// moved points the sources in an argument to the sorted calls.
func (g *functionalGraph) moved(v any) any {
	switch x := v.(type) {
	case source:
		return source{call: g.place[x.call], output: x.output}
	case []any:
		for i, e := range x {
			x[i] = g.moved(e)
		}
	case map[string]any:
		for k, e := range x {
			x[k] = g.moved(e)
		}
	}
	return v
}

// ends reads which tensors go in and come out.
func (g *functionalGraph) ends(in, out any) {
	g.d.At("input_layers", func() {
		fed := map[int]bool{}
		g.each(in, "", func(_ string, s source) {
			l := g.l.layers[g.l.calls[s.call].layer]
			switch {
			case !isInput(l):
				g.d.Broken("must name input layers, received %q (%s)", l.Base().Name, l.Base().Class)
			case fed[s.call]:
				g.d.Broken("must name each layer once, received %q twice", l.Base().Name)
			}
			fed[s.call] = true
			g.l.inputs = append(g.l.inputs, s.call)
		})
		for k, w := range g.l.calls {
			if l := g.l.layers[w.layer]; isInput(l) && !fed[k] {
				g.d.Broken("must name all input layers, %q is missing", l.Base().Name)
			}
		}
	})
	g.d.At("output_layers", func() {
		g.each(out, "", func(key string, s source) {
			if key == "" {
				key = g.l.layers[g.l.calls[s.call].layer].Base().Name
			}
			g.l.outputs = append(g.l.outputs, s)
			g.l.names = append(g.l.names, key)
		})
		if len(g.l.outputs) == 0 {
			g.d.Broken("must name at least one tensor")
		}
	})
}

// each visits the tensors of a structure of [layer, node, tensor] in the order
// in which Keras flattens it.
func (g *functionalGraph) each(v any, key string, do func(key string, s source)) {
	if h, ok := parseHistory(v); ok {
		if s, ok := g.find(h).(source); ok {
			do(key, source{call: g.place[s.call], output: s.output})
		}
		return
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			g.each(e, key, do)
		}
	case map[string]any:
		for _, k := range SortedKeys(x) {
			g.each(x[k], k, do)
		}
	default:
		g.d.Broken("must hold [layer, node, tensor], received %s", Brief(v))
	}
}
