package keras

import (
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
