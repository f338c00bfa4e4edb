package keras

import (
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/kerasrun/kerasrun/internal/tensorflow"
)

// container is what a file is.
type container int

const (
	containerHDF5 container = iota
	containerZip
	containerJSON
	containerYAML
	containerTable      // index of a checkpoint of TensorFlow
	containerSavedModel // file of a SavedModel, which stands for its folder
)

// container looks at the content; the extension proves nothing. Only protocol
// buffers and YAML, which begin with anything, are known by their names.
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
	if l.folder.FS != nil {
		switch strings.ToLower(filepath.Ext(l.name)) {
		case ".yaml", ".yml":
			return containerYAML, nil
		case ".pb":
			if l.name == tensorflow.SavedModelFile || l.name == tensorflow.KerasMetadataFile {
				return containerSavedModel, nil
			}
		}
	}
	if isJSON(l.r, l.size) {
		return containerJSON, nil
	}
	if _, err := l.r.ReadAt(head, max(0, l.size-8)); err == nil && binary.LittleEndian.Uint64(head) == tensorflow.TableMagic {
		return containerTable, nil
	}
	return 0, &FormatError{What: "content", Wanted: "an HDF5 file or a zip archive", Received: guess(l.r, l.size)}
}

// isJSON reports whether the file begins as an object or a string in JSON.
func isJSON(r io.ReaderAt, size int64) bool {
	head := make([]byte, min(size, 64))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return false
	}
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
