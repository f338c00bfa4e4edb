package keras

import (
	"errors"
	"io/fs"
	"os"

	"github.com/kerasrun/kerasrun/internal/tensorflow"
)

// openWeights is openPath, where a path may be the prefix of a checkpoint.
func openWeights(path string, opts []LoadOption, use func(*loader) error) error {
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
		w.partOf(l)
		var err error
		out, err = w.weightsOnto(m)
		return named(path, err)
	})
	return out, err
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
