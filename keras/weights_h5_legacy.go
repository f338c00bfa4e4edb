package keras

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/layers"
)

// legacyWeights reads weights saved as Keras 1 and 2 save them: an attribute
// layer_names, a group for each, in it an attribute weight_names and a dataset
// for each (keras/src/legacy/saving/legacy_h5_format.py).
func (l *loader) legacyWeights(g *hdf5.Group, m *Model) error {
	if there, err := g.Has("model_weights"); err != nil {
		return err
	} else if there {
		if g, err = g.Group("model_weights"); err != nil {
			return err
		}
	}
	groups, err := l.legacyGroups(g)
	if err != nil {
		return err
	}
	e, err := l.legacyFile(g, m)
	if err != nil {
		return err
	}
	top := units(m)
	pairs, err := l.pair(groups, top)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if err := l.legacyLayer(e, p.group, p.layer); err != nil {
			return err
		}
	}
	return l.zero(m)
}

// legacyGroup is a layer's group in the file.
type legacyGroup struct {
	name   string
	arrays []array
}

// array is a dataset with its name within the layer's group.
type array struct {
	dataset
	name string
}

func (l *loader) legacyGroups(g *hdf5.Group) ([]legacyGroup, error) {
	names, ok, err := l.texts(g, "layer_names")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &FormatError{Path: g.Path(), What: "attribute layer_names", Wanted: "the names of layers", Received: "none"}
	}
	if len(names) > l.limits.Layers {
		return nil, &LimitError{Path: g.Path(), Limit: "Layers", Max: uint64(l.limits.Layers), Asked: uint64(len(names))}
	}
	var out []legacyGroup
	listed := map[any][]array{} // a group that has several names is read once
	for _, name := range names {
		inner, err := g.Group(name)
		if err != nil {
			return nil, err
		}
		arrays, ok := listed[inner.ID()]
		if !ok {
			if arrays, err = l.legacyArrays(inner); err != nil {
				return nil, err
			}
			listed[inner.ID()] = arrays
		}
		if len(arrays) > 0 {
			out = append(out, legacyGroup{name, arrays})
		}
	}
	return out, nil
}

// legacyArrays lists the arrays of a layer's group.
func (l *loader) legacyArrays(g *hdf5.Group) ([]array, error) {
	names, _, err := l.texts(g, "weight_names")
	if err != nil {
		return nil, err
	}
	out := make([]array, len(names))
	for i, n := range names {
		d, err := g.Dataset(n)
		if err != nil {
			return nil, err
		}
		out[i] = array{h5Array{d}, n}
	}
	return out, nil
}

// unit is a layer, with its weights, that the file's rules treat as one.
type unit struct {
	layer   layers.Layer
	name    string
	inner   []unit // of a model; nil otherwise
	weights []*Weight
	custom  bool // stands in a custom class, whose arrays have other names
}

// units lists the layers with weights of a model.
func units(m *Model) []unit {
	all := make([]*Weight, len(m.slots))
	for i, k := range m.slots {
		all[i] = &m.weights[k]
	}
	return unitsOf(m.root, all, m.origin.Era >= 3)
}

// unitsOf leaves out, for Keras 3, the weights that it has in the configuration.
func unitsOf(m layers.Model, all []*Weight, keras3 bool) []unit {
	var out []unit
	for i, inner := range m.Layers() {
		first, end := m.Owned(i)
		if first == end {
			continue
		}
		u := unit{layer: inner, name: inner.Base().Name, weights: all[first:end]}
		if nested, ok := inner.(layers.Model); ok {
			u.inner = unitsOf(nested, u.weights, keras3)
		} else {
			u.weights = distinct(u.weights)
		}
		if keras3 {
			if u.weights = slices.DeleteFunc(slices.Clone(u.weights), func(w *Weight) bool { return w.Given != nil }); len(u.weights) == 0 {
				continue
			}
		}
		out = append(out, u)
	}
	return out
}

// distinct lists weights once each.
func distinct(all []*Weight) []*Weight {
	out := make([]*Weight, 0, len(all))
	seen := map[*Weight]bool{}
	for _, w := range all {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// leaves lists the units that are not models.
func (u unit) leaves() []unit {
	if u.inner == nil {
		return []unit{u}
	}
	var out []unit
	_, custom := u.layer.(*layers.Custom)
	for _, i := range u.inner {
		i.custom = i.custom || custom || u.custom
		out = append(out, i.leaves()...)
	}
	return out
}

type pairing struct {
	group legacyGroup
	layer unit
}

// pair brings the file's groups together with the model's layers: by name when
// the names agree or the caller asks for it, else by order, as Keras does.
func (l *loader) pair(groups []legacyGroup, top []unit) ([]pairing, error) {
	byName := map[string]unit{}
	for _, u := range top {
		byName[u.name] = u
	}
	var out []pairing
	for _, g := range groups {
		if u, ok := byName[g.name]; ok {
			out = append(out, pairing{g, u})
			delete(byName, g.name)
		}
	}
	if l.byName || len(out) == len(groups) && len(groups) == len(top) {
		return out, nil
	}
	if len(groups) != len(top) {
		return nil, &FormatError{What: "layers with weights:", Wanted: listed(top), Received: listedGroups(groups)}
	}
	out = out[:0]
	for i := range groups {
		out = append(out, pairing{groups[i], top[i]})
	}
	return out, nil
}

func listed(top []unit) string {
	names := make([]string, len(top))
	for i, u := range top {
		names[i] = u.name
	}
	return shortList(names)
}

func listedGroups(groups []legacyGroup) string {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.name
	}
	return shortList(names)
}

func shortList(names []string) string {
	s := fmt.Sprintf("%d", len(names))
	if len(names) == 0 {
		return s
	}
	if len(names) > 6 {
		return fmt.Sprintf("%s (%s, …)", s, strings.Join(names[:6], ", "))
	}
	return fmt.Sprintf("%s (%s)", s, strings.Join(names, ", "))
}

// legacyLayer reads a top-level layer. The arrays of a model inside the model
// stand together in its group: those of its layers one after the other, the
// trainable ones first.
func (l *loader) legacyLayer(e legacyFile, g legacyGroup, u unit) error {
	parts := u.leaves()
	shares, ok := shareByName(g.arrays, parts)
	if !ok {
		shares, ok = shareByOrder(g.arrays, parts)
	}
	if !ok {
		return wrongCount(u.name, "", len(u.weights), len(g.arrays))
	}
	for i, p := range parts {
		if err := l.legacyUnit(e, p.layer, p.name, shares[i], p.weights); err != nil {
			return err
		}
	}
	return nil
}
