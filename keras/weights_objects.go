package keras

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/tensorflow"
	"github.com/kerasrun/kerasrun/layers"
)

// objectGraph reads weights by the graph of objects of a checkpoint, in which each
// layer is a child of its model, "layer_with_weights-2", and its variables stand
// at the attributes that hold them in Python, "cell/kernel"
// (keras/engine/functional.py, _layer_checkpoint_dependencies).
type objectGraph struct {
	*loader
	bundle *tensorflow.Bundle
	graph  *tensorflow.Graph
}

// objectWeights reads the weights of a model from a checkpoint.
func (l *loader) objectWeights(b *tensorflow.Bundle, m *Model) error {
	g, err := b.Graph()
	if err != nil {
		return err
	}
	root := g.Root()
	if inner, ok := g.Child(root, "model"); ok && !slices.ContainsFunc(root.Children(), isLayerName) {
		root = inner // tf.train.Checkpoint(model=model)
	}
	all := make([]*Weight, len(m.slots))
	for i, k := range m.slots {
		all[i] = &m.weights[k]
	}
	if err := (objectGraph{l, b, g}).model(root, m.root, all, nil); err != nil {
		return err
	}
	return l.zero(m)
}

func isLayerName(s string) bool { return strings.HasPrefix(s, "layer") && strings.Contains(s, "-") }

// model reads the weights of a model that may be nested. Layers with weights are
// counted as Keras counted them when it saw as many as there are here; else the
// place among all layers tells which is meant. paths are the places of the weights
// within the model, in a custom class; nil where they can be told from the weights.
func (o objectGraph) model(at *tensorflow.Object, m layers.Model, all []*Weight, paths []string) error {
	if c, ok := m.(*layers.Custom); ok {
		return o.custom(at, c, all)
	}
	weighted := 0
	for _, name := range at.Children() {
		if strings.HasPrefix(name, "layer_with_weights-") {
			weighted++
		}
	}
	parts := unitsOf(m, all, false)
	index := layerIndex(m)
	for k, u := range parts {
		name := fmt.Sprintf("layer_with_weights-%d", k)
		if weighted != len(parts) {
			name = fmt.Sprintf("layer-%d", index[u.layer])
		}
		child, ok := o.graph.Child(at, name)
		if !ok {
			return &FormatError{Layer: u.name, What: "weights:", Wanted: "an object " + name, Received: fmt.Sprintf("%d layers with weights", weighted)}
		}
		var err error
		if nested, ok := u.layer.(layers.Model); ok {
			err = o.model(child, nested, u.weights, pathsOf(m, u, paths))
		} else if within := pathsOf(m, u, paths); len(within) == len(u.weights) {
			err = o.layer(child, u, within)
		} else {
			err = o.layer(child, u, inner(u.weights))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// custom reads the weights of a custom class: its own variables, and those of the
// layers that its attributes hold.
func (o objectGraph) custom(at *tensorflow.Object, c *layers.Custom, all []*Weight) error {
	if list, ok := o.graph.Child(at, "variables"); ok && len(list.Children()) != len(distinct(all)) { // layer.variables
		return wrongCount(c.Name, "", len(distinct(all)), len(list.Children()))
	}
	graph := make([]string, len(c.Graph()))
	for i, w := range c.Graph() {
		graph[i] = w.Path
	}
	for _, u := range unitsOf(c, all, false) {
		child := at
		if !slices.Contains(c.OwnWeights, u.name) {
			for _, step := range strings.FieldsFunc(u.name, func(r rune) bool { return r == '[' || r == ']' }) { // blocks[1]
				next, ok := o.child(child, step)
				if !ok {
					return &FormatError{Layer: c.Name, What: "weights: attribute", Wanted: u.name, Received: shortList(child.Children())}
				}
				child = next
			}
		}
		var err error
		if nested, ok := u.layer.(layers.Model); ok {
			err = o.model(child, nested, u.weights, pathsOf(c, u, graph))
		} else {
			err = o.layer(child, u, pathsOf(c, u, graph))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pathsOf returns the places of a unit's weights within it, given those of all
// weights within the model m.
func pathsOf(m layers.Model, u unit, paths []string) (out []string) {
	first, end := m.Owned(slices.Index(m.Layers(), u.layer))
	for k := first; k < min(end, len(paths)); k++ {
		out = append(out, cutSteps(paths[k], 2)) // "layers/dense"
	}
	return out
}

// layerIndex numbers the layers as model.layers does, where a Sequential does not
// show its input.
func layerIndex(m layers.Model) map[layers.Layer]int {
	out := map[layers.Layer]int{}
	_, sequential := m.(*layers.Sequential)
	for _, l := range m.Layers() {
		if _, input := l.(*layers.InputLayer); sequential && input {
			continue
		}
		out[l] = len(out)
	}
	return out
}

// layer reads the weights of one layer, given their places within it.
func (o objectGraph) layer(at *tensorflow.Object, u unit, paths []string) error {
	arrays := make([]array, len(u.weights))
	for i, w := range u.weights {
		v, ok := o.variable(at, paths, paths[i], w.Name)
		if !ok {
			return &FormatError{Path: paths[i], Layer: w.Layer, What: "weights:", Wanted: fmt.Sprintf("a variable %q", w.Name), Received: shortList(at.Children())}
		}
		t, ok := o.bundle.Tensor(v.Key)
		if !ok {
			return &FormatError{Path: v.Key, Layer: w.Layer, What: "weights:", Wanted: "a tensor", Received: "none of that name"}
		}
		if err := o.bundle.Check(t); err != nil {
			return err
		}
		arrays[i] = array{bundleArray{o.bundle, t}, v.FullName}
	}
	return o.legacyUnit(legacyFile{era: 2, inOrder: true}, u.layer, u.name, arrays, u.weights)
}

// inner returns the places of a layer's weights within the layer: what follows
// the last model's "layers/NAME" that they all stand below.
func inner(weights []*Weight) []string {
	out := make([]string, len(weights))
	for i, w := range weights {
		out[i] = w.Path
	}
	for {
		step, _, _ := strings.Cut(out[0], "/")
		below := step + "/"
		if step == "layers" { // with the layer's own name
			name, _, _ := strings.Cut(out[0][min(len(out[0]), len(below)):], "/")
			below += name + "/"
		}
		if step != "layers" || slices.ContainsFunc(out, func(p string) bool { return !strings.HasPrefix(p+"/", below) }) {
			return out
		}
		for i, p := range out {
			out[i] = strings.TrimSuffix(strings.TrimPrefix(p+"/", below), "/")
		}
	}
}

// oldAttributes are names that attributes had in Keras 2.
var oldAttributes = map[string]string{"kernel": "depthwise_kernel", "mean": "adapt_mean", "variance": "adapt_variance"}

// variable follows a path of attributes to the variable of that name.
func (o objectGraph) variable(at *tensorflow.Object, paths []string, path, name string) (tensorflow.Value, bool) {
	done := ""
	for path != "" {
		step, rest, _ := strings.Cut(path, "/")
		listed, after, _ := strings.Cut(rest, "/")
		next, ok := o.child(at, step)
		switch {
		case step == "layers": // of a model inside a wrapper
			next, ok = o.child(at, fmt.Sprintf("layer_with_weights-%d", ordinal(paths, done+"layers/", listed)))
			step, rest = "layers/"+listed, after
		case ok && step == "cells":
			next, ok = o.child(next, fmt.Sprint(ordinal(paths, done+"cells/", listed)))
			step, rest = "cells/"+listed, after
		case !ok && step == "cell": // CuDNNLSTM and CuDNNGRU have none
			next, ok = at, true
		}
		if !ok {
			return tensorflow.Value{}, false
		}
		at, done, path = next, done+step+"/", rest
	}
	for _, n := range []string{name, oldAttributes[name]} {
		if v, ok := o.child(at, n); ok {
			if value, ok := v.Values["VARIABLE_VALUE"]; ok {
				return value, true
			}
		}
	}
	return tensorflow.Value{}, false
}

// child finds an attribute, which may have been private in Keras 2.
func (o objectGraph) child(at *tensorflow.Object, name string) (*tensorflow.Object, bool) {
	if c, ok := o.graph.Child(at, name); ok {
		return c, true
	}
	return o.graph.Child(at, "_"+name)
}

// ordinal is the place of a name among those that follow prefix, in the order of
// the paths.
func ordinal(paths []string, prefix, name string) int {
	var seen []string
	for _, p := range paths {
		if rest, ok := strings.CutPrefix(p, prefix); ok {
			n, _, _ := strings.Cut(rest, "/")
			if n == name {
				break
			}
			if !slices.Contains(seen, n) {
				seen = append(seen, n)
			}
		}
	}
	return len(seen)
}

// bundleArray is a tensor of a checkpoint.
type bundleArray struct {
	bundle *tensorflow.Bundle
	tensor *tensorflow.Tensor
}

func (a bundleArray) Path() string                    { return a.tensor.Name }
func (a bundleArray) Shape() []int                    { return a.tensor.Shape }
func (a bundleArray) Len() int                        { return a.tensor.Len() }
func (a bundleArray) Bytes() int64                    { return a.tensor.Bytes() }
func (a bundleArray) DType() string                   { return a.tensor.DType.String() }
func (a bundleArray) ReadFloat32(dst []float32) error { return a.bundle.ReadFloat32(a.tensor, dst) }
func (a bundleArray) ReadInt64(dst []int64) error     { return a.bundle.ReadInt64(a.tensor, dst) }
func (a bundleArray) ReadRaw(dst []byte) error        { return a.bundle.Read(a.tensor, dst) }
