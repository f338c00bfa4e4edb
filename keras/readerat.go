package keras

import (
	"bytes"
	"io"
	"io/fs"
)

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
