package keras

import (
	"errors"
	"io"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/custom"
	"github.com/kerasrun/kerasrun/layers"
)

// WithCustom says what a custom class of the model is, by its Python name or, as
// "package>Class", the one it is registered under: the graph of Keras' own layers
// in a JSON file (docs/custom.md). Nothing is run. Give it once for each class; one
// that the model does not have is of no effect. With ReadFS the path is in the file
// system of the model.
//
// Save keeps the class in the file, so Keras opens it as it opened the first;
// Modernize writes the graph in its place. A name that Keras' own layers have is a
// *FormatError, as is a graph to which the model's options or weights do not fit.
func WithCustom(class, path string) LoadOption {
	return func(l *loader) { l.custom = append(l.custom, customFile{class, path}) }
}

// WithCustomOf gives WithCustom's files as another model was loaded with them, for
// what was saved of it.
func WithCustomOf(m *Model) LoadOption {
	return func(l *loader) { l.blocks = append(l.blocks, m.origin.blocks...) }
}

// customFile is a class with the path of its block.
type customFile struct{ class, path string }

func (l *loader) openCustom() (*Model, error) {
	if err := l.readBlocks(); err != nil {
		return nil, err
	}
	return l.open()
}

// readBlocks reads what the caller said of custom classes.
func (l *loader) readBlocks() error {
	seen := map[string]string{}
	for _, f := range l.custom {
		if first, twice := seen[f.class]; twice {
			return &FormatError{File: f.path, What: "class " + f.class + ":", Wanted: "one file", Received: "a second beside " + first}
		}
		seen[f.class] = f.path
		if _, known := layers.New(f.class); known || f.class == "" || f.class == "Model" {
			return &FormatError{File: f.path, What: "class:", Wanted: "the name of a custom class, or package>Class", Received: "the layer " + f.class + " that there is already"}
		}
		err := l.besides(f.path, func(in *loader) error {
			in.partOf(l)
			return l.readBlock(f, in)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) readBlock(f customFile, in *loader) error {
	if in.r == nil {
		return &FormatError{File: f.path, What: "content", Wanted: "a file", Received: "a folder"}
	}
	if in.size > l.limits.ConfigBytes {
		return &LimitError{File: f.path, Limit: "ConfigBytes", Max: uint64(l.limits.ConfigBytes), Asked: uint64(in.size)}
	}
	data := make([]byte, in.size)
	if _, err := in.r.ReadAt(data, 0); err != nil && err != io.EOF {
		return err
	}
	tree, err := in.parseConfig(data)
	if err != nil {
		return named(f.path, err)
	}
	b, err := custom.Parse(f.class, f.path, tree)
	var wrong *custom.Error
	if errors.As(err, &wrong) {
		if wrong.What == "" {
			wrong.What = "value:"
		}
		return &FormatError{File: f.path, Path: wrong.Place, What: wrong.What, Wanted: wrong.Wanted, Received: wrong.Received}
	}
	l.blocks = append(l.blocks, b)
	return err
}

// checkCustom sees that nothing in the file belongs to a custom class but what its
// graph has. next counts what was read.
func (t *treeNode) checkCustom(m layers.Model, next map[*treeNode]int) error {
	used := map[string]int{}
	for _, l := range m.Layers() {
		if _, isInput := l.(*layers.InputLayer); isInput {
			continue
		}
		node := t.find("layers/" + layers.SavedName(l.Base().Class, used))
		inner, isModel := l.(layers.Model)
		if node == nil || !isModel {
			continue
		}
		if _, custom := l.(*layers.Custom); !custom {
			if err := node.checkCustom(inner, next); err != nil {
				return err
			}
		} else if path := node.unread(next); path != "" {
			return &FormatError{Path: strings.Trim(path, "/"), Layer: l.Base().Name, What: "weights of the class:", Wanted: "those of its graph", Received: "others too"}
		}
	}
	return nil
}

// unread returns a path below the node at which there are variables that were not
// read, "" for none. Generators of random numbers are never read.
func (t *treeNode) unread(next map[*treeNode]int) string {
	if next[t] < len(t.vars) {
		return "/"
	}
	for _, name := range layers.SortedKeys(t.children) {
		if strings.HasSuffix(name, "seed_generator") {
			continue
		}
		if path := t.children[name].unread(next); path != "" {
			return "/" + name + path
		}
	}
	return ""
}
