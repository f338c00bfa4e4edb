package keras

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

// openH5 reads a legacy .h5: the configuration is an attribute of the root,
// weights stand in the group model_weights, the optimizer's in
// optimizer_weights.
func (l *loader) openH5(root *hdf5.Group) (*Model, error) {
	config, ok, err := text(root, "model_config")
	if err != nil {
		return nil, err
	}
	if !ok {
		kind := "neither configuration nor weights"
		weights, err := isLegacy(root)
		if err == nil && !weights {
			weights, err = isTree(root)
		}
		if err != nil {
			return nil, err
		}
		if weights {
			kind = "weights alone: load the configuration, with these as its weights (WithWeights, --weights)"
		}
		return nil, &FormatError{What: "attribute model_config", Wanted: "a model's configuration", Received: kind}
	}
	o := &Origin{Format: FormatH5, Config: []byte(config)}
	if training, ok, err := text(root, "training_config"); err != nil {
		return nil, err
	} else if ok {
		o.TrainingConfig = []byte(training)
	}
	weights := root
	if inner, err := root.Has("model_weights"); err != nil {
		return nil, err
	} else if inner {
		if weights, err = root.Group("model_weights"); err != nil {
			return nil, err
		}
	}
	if o.KerasVersion, o.Backend, err = versions(root, weights); err != nil {
		return nil, err
	}
	if o.Backend == "" && (o.KerasVersion == "" || strings.HasPrefix(o.KerasVersion, "1.")) {
		if o.Backend, err = l.backendByNames(weights); err != nil {
			return nil, err
		}
	}
	m, err := l.assemble(o)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"optimizer_weights", ownOptimizerGroup} {
		if there, err := root.Has(name); err != nil {
			return nil, err
		} else if !there {
			continue
		}
		g, err := root.Group(name)
		if err != nil {
			return nil, err
		}
		if o.Optimizer, err = l.optimizerH5(g); err != nil {
			return nil, err
		}
	}
	if l.weights != "" {
		return m, nil
	}
	m, err = l.withRMSScaling(m, func(gamma *Weight) bool {
		first, _, _ := strings.Cut(gamma.Layer, "/")
		g, err := weights.Group(first)
		if err != nil {
			return false // said when the weights are read
		}
		names, _, err := l.texts(g, "weight_names")
		has := func(name string) bool {
			name = path.Base(gamma.Layer) + "/" + name
			return slices.ContainsFunc(names, func(n string) bool { return n == name || strings.HasSuffix(n, "/"+name) })
		}
		return err == nil && has("gamma") && !has("beta")
	})
	if err != nil {
		return nil, err
	}
	return m, l.legacyWeights(weights, m)
}

// isLegacy reports whether the group lists layers as Keras 1 and 2 do.
func isLegacy(g *hdf5.Group) (bool, error) {
	if inner, err := g.Has("model_weights"); inner || err != nil {
		return inner, err
	}
	for _, name := range []string{"layer_names", "layer_names0"} {
		if _, ok, err := g.Attr(name); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// isTree reports whether the group is a tree of layers as in Keras 3.
func isTree(g *hdf5.Group) (bool, error) {
	for _, name := range []string{"layers", oldTree, "vars"} {
		if there, err := g.Has(name); there || err != nil {
			return there, err
		}
	}
	return false, nil
}

// versions reads keras_version and backend, which stand at the root in full
// files and beside the weights in all.
func versions(groups ...*hdf5.Group) (version, backend string, err error) {
	for _, g := range groups {
		if version == "" {
			if version, _, err = text(g, "keras_version"); err != nil {
				return "", "", err
			}
		}
		if backend == "" {
			if backend, _, err = text(g, "backend"); err != nil {
				return "", "", err
			}
		}
	}
	return version, backend, nil
}

// backendByNames tells the backend of a Keras 1 that did not write it:
// TensorFlow's names of weights end in ":0" and Theano's do not.
func (l *loader) backendByNames(g *hdf5.Group) (string, error) {
	layers, _, err := l.texts(g, "layer_names")
	if err != nil {
		return "", err
	}
	for _, name := range layers {
		if there, err := g.Has(name); err != nil || !there {
			return "", err
		}
		layer, err := g.Group(name)
		if err != nil {
			return "", err
		}
		names, _, err := l.texts(layer, "weight_names")
		switch {
		case err != nil:
			return "", err
		case len(names) > 0 && strings.HasSuffix(names[0], ":0"):
			return "tensorflow", nil
		case len(names) > 0:
			return "theano", nil
		}
	}
	return "", nil
}

type attributed interface {
	Attr(name string) (*hdf5.Attr, bool, error)
}

// text reads an attribute that holds one string.
func text(g attributed, name string) (string, bool, error) {
	a, ok, err := g.Attr(name)
	if err != nil || !ok {
		return "", false, err
	}
	s, err := a.String()
	if err != nil {
		return "", false, err
	}
	return strings.TrimRight(s, "\x00"), true, nil
}

// texts reads an attribute that holds a list of strings. Lists above 64 KB are
// split into name0, name1, …
func (l *loader) texts(g attributed, name string) ([]string, bool, error) {
	var all []string
	a, ok, err := g.Attr(name)
	if err != nil {
		return nil, false, err
	}
	if ok {
		if all, err = a.Strings(); err != nil {
			return nil, false, err
		}
	}
	for i := 0; a == nil; i++ {
		part, more, err := g.Attr(fmt.Sprint(name, i))
		if err != nil {
			return nil, false, err
		}
		if !more {
			break
		}
		list, err := part.Strings()
		if err != nil {
			return nil, false, err
		}
		all, ok = append(all, list...), true
	}
	for _, s := range all {
		if err := l.budget.hold(name, 16+int64(len(s))); err != nil {
			return nil, false, err
		}
		if !utf8.ValidString(s) {
			return nil, false, &FormatError{Path: name, What: "a name", Wanted: "UTF-8", Received: strconv.Quote(s)}
		}
		if len(s) > l.limits.StringBytes {
			return nil, false, &LimitError{Path: name, Limit: "StringBytes", Max: uint64(l.limits.StringBytes), Asked: uint64(len(s))}
		}
	}
	return all, ok, nil
}

// optimizerH5 keeps the optimizer's variables as they are.
func (l *loader) optimizerH5(g *hdf5.Group) ([]Stored, error) {
	names, ok, err := l.texts(g, "weight_names")
	if err != nil || !ok {
		return nil, err
	}
	var out []Stored
	for _, name := range names {
		s, err := l.stored(g, name)
		if err != nil {
			return nil, err
		}
		out = append(out, *s)
	}
	return out, nil
}

// stored reads a dataset as it is.
func (l *loader) stored(g *hdf5.Group, name string) (*Stored, error) {
	d, err := g.Dataset(name)
	if err != nil {
		return nil, err
	}
	if err := l.budget.take(d.Path(), d.Bytes()); err != nil {
		return nil, err
	}
	s := &Stored{Name: name, DType: dtypeName(d), Shape: append([]int{}, d.Shape()...), Data: make([]byte, d.Bytes())}
	return s, h5Array{d}.ReadRaw(s.Data)
}

// dtypeName is the dataset's element type as NumPy names it.
func dtypeName(d *hdf5.Dataset) string {
	t := d.Type()
	if t.Class == hdf5.ClassFloat && t.Format != "" {
		return t.Format
	}
	if a, ok, err := d.Attr("dtype"); ok && err == nil {
		if s, err := a.String(); err == nil && s == "bfloat16" {
			return s
		}
	}
	return t.String()
}

func swap(data []byte, size int) {
	for i := 0; i+size <= len(data); i += size {
		e := data[i : i+size]
		for a, b := 0, size-1; a < b; a, b = a+1, b-1 {
			e[a], e[b] = e[b], e[a]
		}
	}
}

// optimizerTree keeps the variables of a Keras 3 optimizer: optimizer/vars/0 and on.
func (l *loader) optimizerTree(root *hdf5.Group) ([]Stored, error) {
	g, err := root.Group("optimizer/vars")
	if err != nil {
		var missing *hdf5.NotFoundError
		if errors.As(err, &missing) {
			return nil, nil
		}
		return nil, err
	}
	links, err := g.Links()
	if err != nil {
		return nil, err
	}
	sort.SliceStable(links, func(i, j int) bool { return numeric(links[i].Name) < numeric(links[j].Name) })
	var out []Stored
	for _, link := range links {
		s, err := l.stored(g, link.Name)
		if err != nil {
			return nil, err
		}
		out = append(out, *s)
	}
	return out, nil
}
