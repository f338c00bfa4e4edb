package hdf5

import (
	"errors"
	"fmt"
)

// FormatError reports a file that breaks the format.
type FormatError struct {
	Path     string // object inside the file, "" when none is known
	Offset   int64  // offset in the file of the structure at fault, -1 when unknown
	What     string // the structure, such as "object header"
	Wanted   string // what the format, or the caller, asks for
	Received string // what the file holds
}

func (e *FormatError) Error() string {
	s := "hdf5: " + inPath(e.Path) + e.What
	if e.Offset >= 0 {
		s += fmt.Sprintf(" at offset %d", e.Offset)
	}
	return s + ": want " + e.Wanted + ", received " + e.Received
}

// UnsupportedError reports a sound file that uses a feature this package does
// not read.
type UnsupportedError struct {
	Path    string // object inside the file, "" when none is known
	Feature string // the feature by its HDF5 name, such as "szip filter"
}

func (e *UnsupportedError) Error() string {
	return "hdf5: " + inPath(e.Path) + "unsupported: " + e.Feature
}

// LimitError reports a file that asks for more than the caller's [Limits].
type LimitError struct {
	Path  string // object inside the file, "" when none is known
	Limit string // name of the field of Limits
	Max   uint64 // its value
	Asked uint64 // what the file asks for
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("hdf5: %slimit %s is %d, received %d", inPath(e.Path), e.Limit, e.Max, e.Asked)
}

// NotFoundError reports a name that leads to no object of the kind asked for.
type NotFoundError struct {
	Path   string // the group searched
	Name   string // the name looked up in it
	Wanted string // "group" or "dataset"
	Found  string // kind of the object that has the name instead, "" when there is none
}

func (e *NotFoundError) Error() string {
	if e.Found != "" {
		return fmt.Sprintf("hdf5: %s%q must be a %s, received a %s", inPath(e.Path), e.Name, e.Wanted, e.Found)
	}
	return fmt.Sprintf("hdf5: %sno %s named %q", inPath(e.Path), e.Wanted, e.Name)
}

func inPath(path string) string {
	if path == "" {
		return ""
	}
	return path + ": "
}

// broken makes a FormatError; the path is filled in by at.
func broken(what string, offset int64, wanted, received string, args ...any) error {
	return &FormatError{Offset: offset, What: what, Wanted: wanted, Received: fmt.Sprintf(received, args...)}
}

func unsupported(feature string, args ...any) error {
	return &UnsupportedError{Feature: fmt.Sprintf(feature, args...)}
}

func overLimit(limit string, max, asked uint64) error {
	return &LimitError{Limit: limit, Max: max, Asked: asked}
}

// at names the object an error arose in, unless a deeper call has done so. The
// error is copied: parsed objects and their errors are shared between handles.
func at(path string, err error) error {
	var (
		format *FormatError
		feat   *UnsupportedError
		limit  *LimitError
	)
	switch {
	case errors.As(err, &format) && format.Path == "":
		e := *format
		e.Path = path
		return &e
	case errors.As(err, &feat) && feat.Path == "":
		e := *feat
		e.Path = path
		return &e
	case errors.As(err, &limit) && limit.Path == "":
		e := *limit
		e.Path = path
		return &e
	}
	return err
}
