package keras

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

// Option changes how a file is read.
type Option func(*loader)

// WithLimits sets what a file may ask for. Zero fields mean the defaults.
func WithLimits(l Limits) Option { return func(o *loader) { o.limits = l } }

// ByName makes LoadWeights match the layers of a legacy .h5 by their names
// instead of their order; layers that the file does not have keep their
// weights.
func ByName() Option { return func(o *loader) { o.byName = true } }

// Load reads a model file: a legacy .h5 or a .keras archive of any version,
// told apart by content. It opens no other file.
//
// The error is a *FormatError when the file is broken, an *UnsupportedError that
// lists everything in the way when it is sound, a *LimitError, or that of a
// failed read.
func Load(path string, opts ...Option) (*Model, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return newLoader(path, f, size, opts).load()
}

// Read reads a model of size bytes from r. Messages call it "model".
func Read(r io.ReaderAt, size int64, opts ...Option) (*Model, error) {
	return newLoader("model", r, size, opts).load()
}

// ReadFS reads the model file of that name in fsys. A file that is no
// io.ReaderAt is read into memory.
func ReadFS(fsys fs.FS, name string, opts ...Option) (*Model, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l := newLoader(name, nil, 0, opts)
	if l.r, l.size, err = randomAccess(f, l.limits.FileBytes); err != nil {
		return nil, named(name, err)
	}
	return l.load()
}

// LoadWeights returns the model with its weights taken from a file of weights,
// or from the weights of a whole model file.
func (m *Model) LoadWeights(path string, opts ...Option) (*Model, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return m.ReadWeights(f, size, append([]Option{calling(path)}, opts...)...)
}

// ReadWeights is LoadWeights from r.
func (m *Model) ReadWeights(r io.ReaderAt, size int64, opts ...Option) (*Model, error) {
	l := newLoader("weights", r, size, opts)
	out, err := l.weightsOnto(m)
	if err != nil {
		return nil, named(l.file, err)
	}
	return out, nil
}

func calling(file string) Option { return func(l *loader) { l.file = file } }

// loader is one load.
type loader struct {
	file   string
	r      io.ReaderAt
	size   int64
	limits Limits
	byName bool
	taken  int64 // bytes of weights so far
}

func newLoader(file string, r io.ReaderAt, size int64, opts []Option) *loader {
	l := &loader{file: file, r: r, size: size}
	for _, o := range opts {
		o(l)
	}
	l.limits = l.limits.withDefaults()
	return l
}

func (l *loader) load() (*Model, error) {
	m, err := l.open()
	if err != nil {
		return nil, named(l.file, err)
	}
	return m, nil
}

func (l *loader) open() (*Model, error) {
	kind, err := l.container()
	if err != nil {
		return nil, err
	}
	if kind == containerZip {
		return l.openArchive()
	}
	f, err := hdf5.Open(l.r, l.size, hdf5.Limits(l.limits.HDF5))
	if err != nil {
		return nil, err
	}
	return l.openH5(f.Root())
}

// weightsOnto reads the weights of any kind of file onto a model.
func (l *loader) weightsOnto(m *Model) (*Model, error) {
	kind, err := l.container()
	if err != nil {
		return nil, err
	}
	m = m.clone()
	if kind == containerZip {
		a, err := l.openZip()
		if err != nil {
			return nil, err
		}
		return m, l.archiveWeights(a, m)
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

// container is what a file's first bytes say it is.
type container int

const (
	containerHDF5 container = iota
	containerZip
)

// container looks at the content; the extension proves nothing.
func (l *loader) container() (container, error) {
	if l.size > l.limits.FileBytes {
		return 0, &LimitError{Limit: "FileBytes", Max: uint64(l.limits.FileBytes), Asked: uint64(l.size)}
	}
	head := make([]byte, 8)
	// An HDF5 file may begin with a user block of 512 bytes or a power of two more.
	for at := int64(0); at+8 <= l.size; at = max(512, 2*at) {
		if _, err := l.r.ReadAt(head, at); err != nil && err != io.EOF {
			return 0, err
		}
		if string(head) == "\x89HDF\r\n\x1a\n" {
			return containerHDF5, nil
		}
		if at == 0 && (string(head[:4]) == "PK\x03\x04" || string(head[:4]) == "PK\x05\x06") {
			return containerZip, nil
		}
	}
	return 0, &FormatError{What: "content", Wanted: "an HDF5 file or a zip archive", Received: guess(l.r, l.size)}
}

// guess names kinds of files that are often taken for Keras models.
func guess(r io.ReaderAt, size int64) string {
	head := make([]byte, min(size, 64))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return "an unreadable file"
	}
	starts := func(s string) bool { return len(head) >= len(s) && string(head[:len(s)]) == s }
	switch {
	case size == 0:
		return "an empty file"
	case starts("version https://git-lfs"):
		return "a Git LFS pointer instead of the file"
	case starts("\x80\x02"), starts("\x80\x03"), starts("\x80\x04"), starts("\x80\x05"):
		return "a Python pickle"
	case starts("{"), starts("["):
		return "JSON; FromConfig takes a configuration"
	case starts("\x93NUMPY"):
		return "a NumPy array"
	case starts("<"):
		return "HTML or XML"
	case starts("\x1f\x8b"):
		return "a gzip file"
	}
	return fmt.Sprintf("a file that begins with %q", head[:min(len(head), 8)])
}

func sizeOf(f fs.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if info.IsDir() {
		return 0, &FormatError{File: filepath.Base(info.Name()), What: "content", Wanted: "an HDF5 file or a zip archive", Received: "a folder"}
	}
	return info.Size(), nil
}
