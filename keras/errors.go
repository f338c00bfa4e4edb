package keras

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/layers"
)

// FormatError says that a file is broken.
type FormatError struct {
	File     string // as given to Load
	Path     string // place inside the file
	Layer    string // the layer concerned, if any
	What     string // the thing that is wrong: "kernel: shape"
	Wanted   string
	Received string
	Err      error // cause, if any
}

func (e *FormatError) Error() string {
	s := place(e.File, e.Path, e.Layer) + e.What
	if e.What == "" && e.Err != nil {
		return s + e.Err.Error()
	}
	if e.Wanted != "" {
		s += " wanted " + e.Wanted + ", received " + e.Received
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return strings.TrimSuffix(s, ": ")
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// UnsupportedError says that a file is sound but asks for things that are not
// there; it lists all of them.
type UnsupportedError struct {
	File     string
	Problems []layers.Problem
}

func (e *UnsupportedError) Error() string {
	s := place(e.File, "", "")
	if len(e.Problems) == 1 {
		return s + "unsupported: " + e.Problems[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%d things are unsupported:", s, len(e.Problems))
	for _, p := range e.Problems {
		b.WriteString("\n\t" + p.String())
	}
	return b.String()
}

// LimitError says that a file asks for more than the caller's Limits.
type LimitError struct {
	File  string
	Path  string
	Limit string // name of the field of Limits
	Max   uint64
	Asked uint64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s%s must be at most %d, received %d", place(e.File, e.Path, ""), "Limits."+e.Limit, e.Max, e.Asked)
}

func place(file, path, layer string) string {
	var s string
	if file != "" {
		s = file + ": "
	}
	if path != "" {
		s += path + ": "
	}
	if layer != "" {
		s += fmt.Sprintf("layer %q ", layer)
	}
	return s
}

// named sets the file in errors of this package and turns those of the HDF5
// reader into them.
func named(file string, err error) error {
	var (
		format      *FormatError
		unsupported *UnsupportedError
		limit       *LimitError
		h5format    *hdf5.FormatError
		h5missing   *hdf5.NotFoundError
		h5no        *hdf5.UnsupportedError
		h5limit     *hdf5.LimitError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &format):
		if format.File == "" {
			format.File = file
		}
		return format
	case errors.As(err, &unsupported):
		if unsupported.File == "" {
			unsupported.File = file
		}
		return unsupported
	case errors.As(err, &limit):
		if limit.File == "" {
			limit.File = file
		}
		return limit
	case errors.As(err, &h5limit):
		return &LimitError{File: file, Path: h5limit.Path, Limit: "HDF5." + h5limit.Limit, Max: h5limit.Max, Asked: h5limit.Asked}
	case errors.As(err, &h5no):
		return &UnsupportedError{File: file, Problems: []layers.Problem{{Where: h5no.Path, What: "HDF5 feature: " + h5no.Feature}}}
	case errors.As(err, &h5missing):
		found := h5missing.Found
		if found == "" {
			found = "nothing"
		}
		return &FormatError{File: file, Path: h5missing.Path, What: fmt.Sprintf("%q:", h5missing.Name), Wanted: "a " + h5missing.Wanted, Received: found}
	case errors.As(err, &h5format):
		return &FormatError{File: file, Err: err}
	}
	return err
}
