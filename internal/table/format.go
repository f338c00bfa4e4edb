package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Format is a way to write rows.
type Format string

// The formats.
const (
	CSV       Format = "csv"
	JSONLines Format = "jsonl"
	NPY       Format = "npy"
	NPZ       Format = "npz"
)

// ParseFormat finds a format by its name.
func ParseFormat(name string) (Format, error) {
	switch f := Format(strings.ToLower(name)); f {
	case CSV, JSONLines, NPY, NPZ:
		return f, nil
	}
	return "", fmt.Errorf("format must be csv, jsonl, npy or npz, received %q", name)
}

// FormatOf is the format that a file's extension names, CSV if none does.
func FormatOf(path string) Format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jsonl", ".ndjson", ".json":
		return JSONLines
	case ".npy":
		return NPY
	case ".npz":
		return NPZ
	}
	return CSV
}

// sniff tells the format of what r holds by its first bytes.
func sniff(r *bufio.Reader) Format {
	head, _ := r.Peek(64)
	text := bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("\x93NUMPY")):
		return NPY
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return NPZ
	case bytes.HasPrefix(text, []byte("[")), bytes.HasPrefix(text, []byte("{")):
		return JSONLines
	case bytes.IndexByte(head, 0) >= 0: // an HDF5 file, or text in UTF-16
		return unknown
	}
	return CSV
}

// unknown is the format of what is neither text nor an array.
const unknown Format = ""

var errBinary = errors.New("rows must be CSV, JSON lines, .npy or .npz, received something that is neither text nor an array")

// bom is what some programs put in front of UTF-8.
var bom = []byte("\ufeff")
