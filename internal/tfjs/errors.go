package tfjs

import "fmt"

// FormatError says that a file is broken, and where.
type FormatError struct {
	File     string // name within the folder
	Place    string // what part of it: "weight \"dense/kernel\""
	What     string
	Wanted   string
	Received string
	Err      error // cause, if any
}

func (e *FormatError) Error() string {
	s := e.File + ": "
	if e.Place != "" {
		s += e.Place + ": "
	}
	s += e.What
	if e.Wanted != "" {
		s += " must be " + e.Wanted + ", received " + e.Received
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// UnsupportedError says that a file is sound but asks for what is not there.
type UnsupportedError struct {
	File  string
	Place string
	What  string
}

func (e *UnsupportedError) Error() string {
	s := e.File + ": "
	if e.Place != "" {
		s += e.Place + ": "
	}
	return s + e.What
}

// LimitError says that a file asks for more than Limits.
type LimitError struct {
	File  string
	Limit string // name of the field of Limits
	Max   uint64
	Asked uint64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: Limits.%s must be at most %d, received %d", e.File, e.Limit, e.Max, e.Asked)
}
