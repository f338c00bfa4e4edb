package keras

import (
	"bytes"
	"io"
	"io/fs"
	"strings"
)

// openNamed reads a file of the folder.
func (l *loader) openNamed(name string) (*Model, error) {
	f, err := l.folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l.name = name
	if l.r, l.size, err = randomAccess(f, l); err != nil {
		return nil, err
	}
	m, err := l.openFile()
	return m, within(name, err)
}

// contents lists the files of the folder for a message.
func (l *loader) contents() string {
	entries, err := fs.ReadDir(l.folder, ".")
	if err != nil || len(entries) == 0 {
		return "an empty folder"
	}
	var names []string
	for _, e := range entries[:min(len(entries), 5)] {
		names = append(names, e.Name())
	}
	if len(entries) > 5 {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// openJSON reads a configuration.
func (l *loader) openJSON() (*Model, error) {
	data, err := l.whole()
	if err != nil {
		return nil, err
	}
	return l.openConfig(data)
}

// whole reads the file, which is a configuration.
func (l *loader) whole() ([]byte, error) {
	if l.size > l.limits.ConfigBytes {
		return nil, &LimitError{Limit: "ConfigBytes", Max: uint64(l.limits.ConfigBytes), Asked: uint64(l.size)}
	}
	data, err := readAll(io.NewSectionReader(l.r, 0, l.size), l.limits.ConfigBytes, "ConfigBytes", "")
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), err
}
