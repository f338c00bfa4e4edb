package keras

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/kerasrun/kerasrun/keras/internal/custom"
)

// LoadOption changes how a file is read.
type LoadOption func(*loader)

// WithLimits sets what a file may ask for. Zero fields mean the defaults.
func WithLimits(l Limits) LoadOption { return func(o *loader) { o.limits = l } }

// WithContext ends the load once ctx is done, with the context's error. It is
// looked at whenever bytes are read and while layers are put together.
func WithContext(ctx context.Context) LoadOption { return func(o *loader) { o.ctx = ctx } }

// ByName makes LoadWeights, and WithWeights, match the layers of a legacy .h5 by
// their names instead of their order; layers that the file does not have keep
// their weights. Without weights of another file it is an error.
func ByName() LoadOption { return func(o *loader) { o.byName = true } }

// WithWeights takes the weights from another file than the model's, as LoadWeights
// does. What the model's own file has for weights is not read.
func WithWeights(path string) LoadOption { return func(o *loader) { o.weights = path } }

// Load reads a model, told apart by content:
//
//   - a legacy .h5 or a .keras archive of any version;
//   - a folder: a SavedModel of Keras 2, a TensorFlow.js layers model (or its
//     model.json), an unpacked .keras;
//   - a configuration, JSON or YAML, with its weights: those of WithWeights, else
//     the one file beside it that has its name, as model.json and
//     model_weights.h5 do.
//
// A folder or such a pair is one model; no other file is opened, and none outside
// the folder.
//
// The error is a *FormatError when the file is broken, an *UnsupportedError that
// lists everything in the way when it is sound, a *LimitError, or that of a
// failed read.
func Load(path string, opts ...LoadOption) (m *Model, err error) {
	err = openPath(path, opts, func(l *loader) error {
		m, err = l.load()
		return err
	})
	return m, err
}

// Read reads a model of size bytes from r. Messages call it "model".
func Read(r io.ReaderAt, size int64, opts ...LoadOption) (*Model, error) {
	return newLoader("model", r, size, opts).load()
}

// ReadFS reads the model of that name in fsys, a file or a folder. A file that is
// no io.ReaderAt is read into memory.
func ReadFS(fsys fs.FS, name string, opts ...LoadOption) (m *Model, err error) {
	err = openFS(fsys, name, opts, func(l *loader) error {
		m, err = l.load()
		return err
	})
	return m, err
}

// LoadWeights returns the model with its weights taken from a file of weights,
// from the weights of a whole model of any kind, or from a checkpoint of
// TensorFlow, called by its prefix as model.save_weights(prefix) was.
func (m *Model) LoadWeights(path string, opts ...LoadOption) (out *Model, err error) {
	err = openWeights(path, opts, func(l *loader) error {
		if out, err = l.weightsOnto(m); err != nil {
			return named(l.file, err)
		}
		return nil
	})
	return out, err
}

// ReadWeights is LoadWeights from r.
func (m *Model) ReadWeights(r io.ReaderAt, size int64, opts ...LoadOption) (*Model, error) {
	l := newLoader("weights", r, size, opts)
	out, err := l.weightsOnto(m)
	if err != nil {
		return nil, named(l.file, err)
	}
	return out, nil
}

// loader is one load.
type loader struct {
	file   string
	r      io.ReaderAt
	size   int64
	ctx    context.Context
	limits Limits
	byName bool
	budget *budget

	folder  folder       // that the file stands in, or that is the model; nil FS for a lone reader
	name    string       // of the file in folder; "" for a folder
	weights string       // path of the file of weights that the caller asked for
	custom  []customFile // classes with the files that say what they are
	blocks  []*custom.Block
	beside  func(path string, use func(*loader) error) error // opens weights
}

func newLoader(file string, r io.ReaderAt, size int64, opts []LoadOption) *loader {
	l := &loader{file: file, size: size, ctx: context.Background()}
	for _, o := range opts {
		o(l)
	}
	l.r = reading(l.ctx, r)
	l.limits = l.limits.withDefaults()
	l.budget = &budget{limits: &l.limits}
	return l
}

// reader reads until its context is done.
type reader struct {
	ctx context.Context
	io.ReaderAt
}

func reading(ctx context.Context, r io.ReaderAt) io.ReaderAt {
	if r == nil { // a folder
		return nil
	}
	return reader{ctx, r}
}

func (r reader) ReadAt(p []byte, off int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.ReaderAt.ReadAt(p, off)
}

func (l *loader) load() (*Model, error) {
	if err := l.checkByName(); err != nil {
		return nil, named(l.file, err)
	}
	m, err := l.openCustom()
	if ended := l.ctx.Err(); ended != nil {
		err = ended
	}
	if err != nil {
		return nil, named(l.file, err)
	}
	return m, nil
}

// partOf makes the load of another file a part of l: one budget, one deadline.
func (l *loader) partOf(whole *loader) {
	l.ctx, l.limits, l.byName, l.budget = whole.ctx, whole.limits, whole.byName, whole.budget
	l.r = reading(l.ctx, l.r)
}

// checkByName refuses ByName where no weights of another file are matched.
func (l *loader) checkByName() error {
	if l.byName && l.weights == "" {
		return errors.New("ByName says how the weights of another file are matched: give it to LoadWeights, or beside WithWeights")
	}
	return nil
}

func (l *loader) open() (*Model, error) {
	m, err := l.openFile()
	if err != nil || l.weights == "" {
		return m, err
	}
	return l.withWeights(m)
}

// guess names kinds of files that are often taken for Keras models.
func guess(head []byte, size int64) string {
	starts := func(s string) bool { return len(head) >= len(s) && string(head[:len(s)]) == s }
	switch {
	case size == 0:
		return "an empty file"
	case starts("version https://git-lfs"):
		return "a Git LFS pointer instead of the file"
	case starts("\x80\x02"), starts("\x80\x03"), starts("\x80\x04"), starts("\x80\x05"):
		return "a Python pickle"
	case starts("{"), starts("["):
		return "JSON"
	case starts("\x93NUMPY"):
		return "a NumPy array"
	case starts("<"):
		return "HTML or XML"
	case starts("\x1f\x8b"):
		return "a gzip file"
	}
	return fmt.Sprintf("a file that begins with %q", head[:min(len(head), 8)])
}
