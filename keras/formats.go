package keras

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/tensorflow"
	"github.com/kerasrun/kerasrun/internal/tfjs"
)

// format is a kind of file or folder that holds a model or weights.
type format struct {
	name Format

	// file reports whether the file at hand is of this kind, given its first 64
	// bytes. The content decides; only what begins with anything goes by its name.
	file func(l *loader, head []byte) (bool, error)

	folders []string // files of which one tells that a folder is of this kind

	open    func(l *loader) (*Model, error)   // nil for weights alone
	weights func(l *loader, m *Model) error   // sets m's; nil for configurations
	write   func(s *saver, w io.Writer) error // nil where Save does not write it
	endings []string                          // of the names by which Save chooses it
}

// formats are all kinds, in the order in which they are tried. A new one is a file
// that reads and writes it, and an entry here.
var formats []format

func init() { // not in the declaration, to which the functions lead back
	formats = []format{
		{name: FormatWeightsH5, file: never, write: (*saver).writeTree, endings: []string{".weights.h5"}}, // read as any HDF5
		{name: FormatH5, file: isHDF5, open: (*loader).openHDF5, weights: (*loader).hdf5Weights, write: (*saver).writeH5, endings: []string{".h5", ".hdf5"}},
		{name: FormatKeras, file: begins("PK\x03\x04", "PK\x05\x06"), open: (*loader).openArchive, weights: (*loader).zipWeights, write: (*saver).writeArchive, endings: []string{".keras"}},
		{name: FormatSavedModel, file: called(tensorflow.SavedModelFile, tensorflow.KerasMetadataFile), open: (*loader).openSavedModel, weights: (*loader).savedModelWeights,
			folders: []string{tensorflow.SavedModelFile, tensorflow.KerasMetadataFile, tensorflow.VariablesPrefix + tensorflow.IndexSuffix}},
		{name: formatYAML, file: called("*.yaml", "*.yml"), open: (*loader).openYAML},
		{name: FormatTFJS, file: isTFJS, open: (*loader).openTFJS, weights: (*loader).tfjsWeights, folders: []string{"model.json"}},
		{name: FormatConfig, file: isConfig, open: (*loader).openJSON, folders: []string{"config.json"}}, // a folder: an archive that somebody unpacked
		{name: formatCheckpoint, file: isCheckpoint, weights: (*loader).tableWeights},
	}
}

// Formats that are not those of a model: they have no Format in an Origin.
const (
	formatYAML       Format = "yaml"
	formatCheckpoint Format = "checkpoint"
)

// format tells what the file or folder at hand is.
func (l *loader) format() (format, error) {
	if l.r == nil {
		for _, f := range formats {
			if slices.ContainsFunc(f.folders, l.folder.has) {
				return f, nil
			}
		}
		return format{}, &FormatError{What: "folder", Wanted: "saved_model.pb, model.json or config.json in it", Received: l.contents()}
	}
	if l.size > l.limits.FileBytes {
		return format{}, &LimitError{Limit: "FileBytes", Max: uint64(l.limits.FileBytes), Asked: uint64(l.size)}
	}
	head := make([]byte, min(l.size, 64))
	if _, err := l.r.ReadAt(head, 0); err != nil && err != io.EOF {
		return format{}, err
	}
	for _, f := range formats {
		if ok, err := f.file(l, head); ok || err != nil {
			return f, err
		}
	}
	return format{}, &FormatError{What: "content", Wanted: "an HDF5 file or a zip archive", Received: guess(head, l.size)}
}

// openFile reads a model that is a file, or a part of a folder.
func (l *loader) openFile() (*Model, error) {
	f, err := l.format()
	if err != nil {
		return nil, err
	}
	if f.open == nil {
		return nil, &FormatError{What: "content", Wanted: "a model", Received: fmt.Sprintf("a %s, which is weights alone", f.name)}
	}
	if l.r == nil && f.name != FormatSavedModel { // whose parts are looked up in the folder
		return l.openNamed(f.folders[0])
	}
	return f.open(l)
}

// weightsOnto reads the weights of any kind of file or folder onto a model.
func (l *loader) weightsOnto(m *Model) (*Model, error) {
	if len(l.custom) > 0 {
		return nil, errors.New("WithCustom says what the classes of a model are: give it where the model is loaded")
	}
	f, err := l.format()
	if err != nil {
		return nil, err
	}
	if f.weights == nil {
		return nil, &FormatError{What: "content", Wanted: "weights", Received: fmt.Sprintf("a configuration (%s)", f.name)}
	}
	if l.r == nil {
		l.name = f.folders[0]
	}
	m = m.clone()
	return m, f.weights(l, m)
}

// formatOf tells the format that a file's name asks for.
func formatOf(path string) (Format, error) {
	name := strings.ToLower(filepath.Base(path))
	var known []string
	for _, f := range formats {
		for _, e := range f.endings {
			if strings.HasSuffix(name, e) {
				return f.name, nil
			}
			known = append(known, e)
		}
	}
	return "", fmt.Errorf("%s: the name must end in one of %s", path, strings.Join(known, ", "))
}

func never(*loader, []byte) (bool, error) { return false, nil }

func begins(magic ...string) func(*loader, []byte) (bool, error) {
	return func(_ *loader, head []byte) (bool, error) {
		return slices.ContainsFunc(magic, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) }), nil
	}
}

// called knows files of a folder by their names.
func called(patterns ...string) func(*loader, []byte) (bool, error) {
	return func(l *loader, _ []byte) (bool, error) {
		name := strings.ToLower(l.name)
		return l.folder.FS != nil && slices.ContainsFunc(patterns, func(p string) bool {
			ok, _ := filepath.Match(p, name)
			return ok
		}), nil
	}
}

// isHDF5 looks behind a user block too, of 512 bytes or a power of two more.
func isHDF5(l *loader, _ []byte) (bool, error) {
	head := make([]byte, 8)
	for at := int64(0); at+8 <= l.size; at = max(512, 2*at) {
		if _, err := l.r.ReadAt(head, at); err != nil && err != io.EOF {
			return false, err
		}
		if string(head) == "\x89HDF\r\n\x1a\n" {
			return true, nil
		}
		if at == 0 && bytes.HasPrefix(head, []byte("PK")) { // a zip, whose members may be HDF5
			return false, nil
		}
	}
	return false, nil
}

func isConfig(_ *loader, head []byte) (bool, error) { return isJSON(head), nil }

func isTFJS(l *loader, head []byte) (bool, error) {
	if !isJSON(head) || l.size > l.limits.ConfigBytes {
		return false, nil
	}
	data, err := l.whole()
	return err == nil && tfjs.Is(data), err
}

// isCheckpoint looks for the index of a checkpoint of TensorFlow.
func isCheckpoint(l *loader, _ []byte) (bool, error) {
	tail := make([]byte, 8)
	_, err := l.r.ReadAt(tail, max(0, l.size-8))
	return err == nil && binary.LittleEndian.Uint64(tail) == tensorflow.TableMagic, nil
}

func (l *loader) openHDF5() (*Model, error) {
	f, err := hdf5.Open(l.r, l.size, hdf5.Limits(l.limits.HDF5))
	if err != nil {
		return nil, err
	}
	return l.openH5(f.Root())
}

func (l *loader) hdf5Weights(m *Model) error {
	f, err := hdf5.Open(l.r, l.size, hdf5.Limits(l.limits.HDF5))
	if err != nil {
		return err
	}
	root := f.Root()
	legacy, err := isLegacy(root)
	if err != nil {
		return err
	}
	if legacy {
		return l.legacyWeights(root, m)
	}
	return l.treeWeights([]*hdf5.Group{root}, m)
}

func (l *loader) zipWeights(m *Model) error {
	a, err := l.openZip()
	if err != nil {
		return err
	}
	return l.archiveWeights(a, m)
}

func (l *loader) savedModelWeights(m *Model) error {
	return l.checkpointWeights(tensorflow.VariablesPrefix, m)
}

func (l *loader) tableWeights(m *Model) error {
	return l.checkpointWeights(strings.TrimSuffix(l.name, tensorflow.IndexSuffix), m)
}

// isJSON reports whether a file begins as an object or a string in JSON.
func isJSON(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) || bytes.HasPrefix(head, []byte(`"{`))
}

func sizeOf(f fs.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if info.IsDir() {
		return 0, &FormatError{File: filepath.Base(info.Name()), What: "content", Wanted: "a file", Received: "a folder"}
	}
	return info.Size(), nil
}
