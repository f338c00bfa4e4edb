package keras

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// open opens a model file and tells its size. Pipes and devices are refused
// before they are opened, for that may wait for ever.
func open(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if received := special(info.Mode()); received != "" {
		return nil, 0, &FormatError{File: filepath.Base(path), What: "content", Wanted: "a regular file", Received: received}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	size, err := sizeOf(f)
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, size, nil
}

// special names what is neither a file nor a folder.
func special(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&(fs.ModeDevice|fs.ModeCharDevice) != 0:
		return "a device"
	case mode&fs.ModeIrregular != 0:
		return "something else"
	}
	return ""
}

// randomAccess returns f as an io.ReaderAt, read into memory if it is none.
func randomAccess(f fs.File, l *loader) (io.ReaderAt, int64, error) {
	size, err := sizeOf(f)
	if err != nil {
		return nil, 0, err
	}
	if r, ok := f.(io.ReaderAt); ok {
		return r, size, nil
	}
	data, err := readAll(f, l.limits.FileBytes, "FileBytes", "")
	if err == nil {
		err = l.budget.hold("", int64(len(data)))
	}
	return bytes.NewReader(data), int64(len(data)), err
}

// readAll reads up to most bytes; memory grows with what is read, whatever a
// header promised.
func readAll(r io.Reader, most int64, limit, path string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, &LimitError{Path: path, Limit: limit, Max: uint64(most), Asked: uint64(most) + 1}
	}
	return data, nil
}
