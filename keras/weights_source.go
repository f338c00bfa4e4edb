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
	path := l.weights
	var out *Model
	err := l.besides(path, func(w *loader) error {
		w.partOf(l)
		var err error
		out, err = w.weightsOnto(m)
		return named(path, err)
	})
	return out, err
}

// besides opens another file that the caller named.
func (l *loader) besides(path string, use func(*loader) error) error {
	if l.beside != nil {
		return l.beside(path, use)
	}
	return openWeights(path, nil, use)
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
