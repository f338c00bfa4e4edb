package keras

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/kerasrun/kerasrun/internal/atomicfile"
)

// Save writes the model to a file, in the format that its name asks for: .h5 or
// .hdf5 (configuration, weights, training configuration, optimizer), .keras (the
// same as an archive) or .weights.h5 (weights alone). A Keras 2 model is written
// as Keras 2 writes it, any other as Keras 3 does; Modernize makes a Keras 3 model
// of a Keras 2 one.
//
// The file appears whole or not at all: it is written beside the target, brought
// to disk and then renamed.
func (m *Model) Save(path string) error {
	format, err := formatOf(path)
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		if err := m.Write(w, format); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

// formatOf tells the format that a file's name asks for.
func formatOf(path string) (Format, error) {
	name := strings.ToLower(filepath.Base(path))
	switch {
	case strings.HasSuffix(name, ".weights.h5"):
		return FormatWeightsH5, nil
	case strings.HasSuffix(name, ".h5"), strings.HasSuffix(name, ".hdf5"):
		return FormatH5, nil
	case strings.HasSuffix(name, ".keras"):
		return FormatKeras, nil
	}
	return "", fmt.Errorf("%s: the name must end in .h5, .hdf5, .keras or .weights.h5", path)
}

// Write writes the model to w in one of the formats that Save knows.
func (m *Model) Write(w io.Writer, format Format) error {
	s, err := m.saver()
	if err != nil {
		return err
	}
	switch format {
	case FormatH5:
		return s.writeH5(w)
	case FormatKeras:
		return s.writeArchive(w)
	case FormatWeightsH5:
		return s.writeTree(w)
	}
	return fmt.Errorf("format must be %q, %q or %q, received %q", FormatH5, FormatKeras, FormatWeightsH5, format)
}

// saver writes one model in the spelling of its era.
type saver struct {
	m       *Model
	era     int // 2 or 3
	version string
	root    map[string]any // configuration: class_name, config, …
	config  []byte         // the same as text
}

// What files say that wrote them when nothing better is known.
const (
	keras2Version = "2.15.0"
	keras3Version = "3.15.1"
)

func (m *Model) saver() (*saver, error) {
	e, err := m.edit()
	if err != nil {
		return nil, err
	}
	s := &saver{m: e.m, era: e.era, version: e.m.origin.KerasVersion, root: e.root, config: e.m.origin.Config}
	if s.version == "" {
		if s.version = keras3Version; s.era == 2 {
			s.version = keras2Version
		}
	}
	return s, nil
}
