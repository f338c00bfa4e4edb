package keras

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/tensorflow"
)

// openWeights is openPath, where a path may be the prefix of a checkpoint.
func openWeights(path string, opts []Option, use func(*loader) error) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(path + tensorflow.IndexSuffix); err == nil {
			path += tensorflow.IndexSuffix
		}
	}
	return openPath(path, opts, use)
}

// withWeights takes the weights from the file that the caller asked for.
func (l *loader) withWeights(m *Model) (*Model, error) {
	open := l.beside
	if open == nil {
		open = func(path string, use func(*loader) error) error { return openWeights(path, nil, use) }
	}
	path := l.weights
	var out *Model
	err := open(path, func(w *loader) error {
		w.limits, w.byName, w.taken = l.limits, l.byName, l.taken
		var err error
		out, err = w.weightsOnto(m)
		return named(path, err)
	})
	return out, err
}

// weightsOnto reads the weights of any kind of file or folder onto a model.
func (l *loader) weightsOnto(m *Model) (*Model, error) {
	m = m.clone()
	if l.r == nil {
		return m, l.folderWeights(m)
	}
	kind, err := l.container()
	if err != nil {
		return nil, err
	}
	switch kind {
	case containerZip:
		a, err := l.openZip()
		if err != nil {
			return nil, err
		}
		return m, l.archiveWeights(a, m)
	case containerTable:
		return m, l.checkpointWeights(strings.TrimSuffix(l.name, tensorflow.IndexSuffix), m)
	case containerSavedModel:
		return m, l.folderWeights(m)
	case containerJSON:
		return m, l.tfjsWeights(m)
	case containerYAML:
		return nil, &FormatError{What: "content", Wanted: "weights", Received: "YAML"}
	}
	f, err := hdf5.Open(l.r, l.size, hdf5.Limits(l.limits.HDF5))
	if err != nil {
		return nil, err
	}
	root := f.Root()
	legacy, err := isLegacy(root)
	if err != nil {
		return nil, err
	}
	if legacy {
		return m, l.legacyWeights(root, m)
	}
	return m, l.treeWeights([]*hdf5.Group{root}, m)
}

// folderWeights reads the weights of a model that is a folder.
func (l *loader) folderWeights(m *Model) error {
	switch {
	case l.folder.has(tensorflow.VariablesPrefix + tensorflow.IndexSuffix):
		return l.checkpointWeights(tensorflow.VariablesPrefix, m)
	case l.folder.has("model.json"):
		l.name = "model.json"
		return l.tfjsWeights(m)
	}
	return &FormatError{What: "folder", Wanted: "variables/variables.index or model.json in it", Received: l.contents()}
}

// checkpointWeights reads the weights of a checkpoint in the folder.
func (l *loader) checkpointWeights(prefix string, m *Model) error {
	if l.folder.FS == nil {
		return &FormatError{What: "content", Wanted: "a checkpoint with the files beside it", Received: "its index alone"}
	}
	b, err := tensorflow.OpenBundle(l.folder, prefix, l.tensorflow())
	if err != nil {
		return err
	}
	return l.objectWeights(b, m)
}
